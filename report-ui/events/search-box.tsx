import { useId } from "preact/hooks";
import type { RunView } from "../timeline/run-view.ts";

/** One search for all screens of a run: it marks in the timeline and lists in the events what it finds. */
export function SearchBox({ view }: { readonly view: RunView }) {
  const help = useId();
  const text = view.search.value;
  const found = view.found.value;
  const { problems } = view.query.value;
  const go = (step: 1 | -1): void => {
    const next = view.nextMatch(step);
    if (next !== undefined) view.select(next);
  };
  return (
    <search class="run-search">
      <input
        type="search"
        value={text}
        placeholder={view.say("search-placeholder")}
        aria-label={view.say("search-label")}
        aria-describedby={help}
        title={view.say("search-help")}
        spellcheck={false}
        autocomplete="off"
        onInput={({ currentTarget }) => (view.search.value = currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") go(event.shiftKey ? -1 : 1);
          else if (event.key === "Escape") view.search.value = "";
          else return;
          event.preventDefault();
        }}
      />
      <button
        type="button"
        class="quiet"
        disabled={view.matches.value === 0}
        aria-label={view.say("search-previous")}
        onClick={() => go(-1)}
      >
        ↑
      </button>
      <button
        type="button"
        class="quiet"
        disabled={view.matches.value === 0}
        aria-label={view.say("search-next")}
        onClick={() => go(1)}
      >
        ↓
      </button>
      <output class="run-search-count" aria-live="polite">
        {view.searching.value
          ? view.say("search-searching")
          : found === undefined
            ? ""
            : view.matches.value === 0
              ? view.say("search-none")
              : view.say("search-found", { count: view.matches.value })}
      </output>
      <span id={help} class="hidden-text">
        {view.say("search-help")}
      </span>
      {problems.length === 0 ? null : (
        <ul class="run-search-problems" role="status">
          {problems.map(({ id, text: about }) => (
            <li key={about}>{view.say(id, { text: about })}</li>
          ))}
        </ul>
      )}
    </search>
  );
}
