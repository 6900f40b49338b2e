import { fileReplay, seedReplay } from "../../report/replay-command.ts";
import { nameOf, type OpenedRun } from "./run-session.ts";

/** The command that replays a run on a terminal. */
export function replayLine({ subject, file }: OpenedRun, build: string): string {
  if (file !== undefined) return fileReplay(file);
  const { scenario, topology, seed } = nameOf(subject);
  return seedReplay(scenario, topology, seed, build);
}
