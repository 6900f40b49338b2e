import { SearchBox } from "../events/search-box.tsx";
import { LAYERS, type RunView } from "./run-view.ts";
import type { ScaleKind } from "./scales.ts";

const SCALES: readonly ScaleKind[] = ["time", "rank"];

/** Scale, zoom, search, and which lanes are shown. */
export function Toolbar({ view }: { readonly view: RunView }) {
  const scale = view.scale.value;
  const hidden = view.hidden.value;
  return (
    <div class="run-toolbar">
      <fieldset class="segments">
        <legend class="hidden-text">{view.say("timeline-scale")}</legend>
        {SCALES.map((kind) => (
          <label key={kind} class={kind === scale ? "segment chosen" : "segment"}>
            <input type="radio" name="timeline-scale" checked={kind === scale} onChange={() => view.setScale(kind)} />
            {view.say(`timeline-scale-${kind}`)}
          </label>
        ))}
      </fieldset>
      <div class="buttons">
        <button type="button" aria-label={view.say("timeline-zoom-out")} onClick={() => view.zoom(2)}>
          −
        </button>
        <button type="button" aria-label={view.say("timeline-zoom-in")} onClick={() => view.zoom(0.5)}>
          +
        </button>
        <button type="button" onClick={() => view.fit()}>
          {view.say("timeline-fit")}
        </button>
      </div>
      <SearchBox view={view} />
      <fieldset class="layers">
        <legend class="hidden-text">{view.say("timeline-layers")}</legend>
        {LAYERS.map((layer) => (
          <label key={layer} class="layer">
            <input type="checkbox" checked={!hidden.has(layer)} onChange={() => view.toggle(layer)} />
            {view.say(`timeline-layer-${layer}`)}
          </label>
        ))}
      </fieldset>
    </div>
  );
}
