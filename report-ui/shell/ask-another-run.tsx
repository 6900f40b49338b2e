import { useState } from "preact/hooks";
import { MomentCodeError, parseMomentCode } from "./moment-code.ts";
import { usePage } from "./page.ts";
import { formatRoute } from "./route.ts";

/** A field for a moment's code, or a link that carries one. */
export function AskAnotherRun() {
  const page = usePage();
  const [text, setText] = useState("");
  const [error, setError] = useState<MomentCodeError>();
  const go = (event: Event): void => {
    event.preventDefault();
    try {
      location.hash = formatRoute({ at: "moment-code", code: parseMomentCode(text) });
      setError(undefined);
    } catch (thrown) {
      if (!(thrown instanceof MomentCodeError)) throw thrown;
      setError(thrown);
    }
  };
  return (
    <form class="ask-code" onSubmit={go}>
      <label>
        {page.say("code-label")}
        <input
          class="mono"
          value={text}
          spellcheck={false}
          placeholder={`m1/${page.build}/compaction-race/shared-disk:as-written/3`}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      </label>
      <button type="submit">{page.say("code-go")}</button>
      {error !== undefined && (
        <p role="alert" class="bad">
          {page.say(`moment-${error.reason}`, { part: error.part })}
        </p>
      )}
    </form>
  );
}
