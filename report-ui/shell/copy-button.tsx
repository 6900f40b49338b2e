import { useEffect, useState } from "preact/hooks";
import { usePage } from "./page.ts";

/** How long it says that it did, in milliseconds. */
const SHOWN = 2000;

/** Copies a text, and says whether that came to pass. */
export function CopyButton({ label, text }: { readonly label: string; readonly text: () => string }) {
  const page = usePage();
  const [outcome, setOutcome] = useState<"done" | "failed">();
  useEffect(() => {
    if (outcome === undefined) return undefined;
    const timer = setTimeout(() => setOutcome(undefined), SHOWN);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = (): void => {
    navigator.clipboard.writeText(text()).then(
      () => setOutcome("done"),
      () => setOutcome(copyBySelection(text()) ? "done" : "failed"),
    );
  };
  return (
    <button type="button" onClick={copy}>
      {label}
      <span role="status" class="copied">
        {outcome === undefined ? "" : page.say(`copy-${outcome}`)}
      </span>
    </button>
  );
}

/** The way that works where a browser keeps the clipboard from pages that come from files. */
function copyBySelection(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "hidden-text";
  document.body.append(area);
  area.select();
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const copied = document.execCommand("copy");
  area.remove();
  return copied;
}
