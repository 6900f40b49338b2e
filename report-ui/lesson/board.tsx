import type { MachineMoment } from "../../report/moments.ts";
import { usePage } from "../shell/page.ts";
import type { RunView } from "../timeline/run-view.ts";
import type { Story } from "./lesson.ts";

/** A table as one of the cast sees it. */
interface SeenTable {
  readonly file: string;
  readonly state: "there" | "gone";
}

/** Who takes part, side by side, with the tables that each knows of at a moment. */
export function Board({ story, view, rank }: { readonly story: Story; readonly view: RunView; readonly rank: number }) {
  const page = usePage();
  const { machines } = view.moments.at(rank);
  const alive = new Set(
    machines.flatMap(({ kind, files }) =>
      kind === "disk" ? (files ?? []).filter(({ state }) => state !== "gone").map(({ path }) => nameOf(path)) : [],
    ),
  );
  return (
    <div class="board">
      {story.cast.map(({ host, part }) => {
        const machine = machines.find((each) => each.host === host);
        const version = machine?.fields.find(({ name }) => name === "version")?.value;
        return (
          <section key={host} class="board-part" aria-label={host}>
            <h4>
              {host} <span>{page.say(part)}</span>
            </h4>
            {version !== undefined && (
              <p class="board-version">{page.say("board-version", { version: String(version) })}</p>
            )}
            <ul>
              {tablesOf(machine).map(({ file, state }) => (
                <li
                  key={file}
                  class={[
                    "board-table",
                    file === story.file ? "hero" : "",
                    state === "gone" || !alive.has(file) ? "gone" : "",
                  ].join(" ")}
                >
                  {file}
                  {(state === "gone" || !alive.has(file)) && <span> {page.say("board-gone")}</span>}
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}

function tablesOf(machine: MachineMoment | undefined): SeenTable[] {
  if (machine === undefined) return [];
  if (machine.kind === "disk") {
    return (machine.files ?? [])
      .filter(({ path }) => path.endsWith(".sst"))
      .map(({ path, state }) => ({ file: nameOf(path), state: state === "gone" ? "gone" : "there" }));
  }
  const numbers = machine.levels.flatMap(({ tables }) =>
    tables.filter(({ change }) => change !== "removed").map(({ file }) => file),
  );
  return [...new Set(numbers)]
    .sort((a, b) => a - b)
    .map((number) => ({ file: `${String(number).padStart(6, "0")}.sst`, state: "there" }));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
