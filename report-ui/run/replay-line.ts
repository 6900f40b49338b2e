import { nameOf, type OpenedRun } from "./run-session.ts";

/** The command that replays a run on a terminal. */
export function replayLine({ subject, file }: OpenedRun, build: string): string {
  if (file !== undefined) return `npx faultline replay ${shellWord(file)}`;
  const { scenario, topology, seed } = nameOf(subject);
  return `npx faultline replay ${shellWord(scenario)} --topology ${shellWord(topology)} --seed ${seed} --build ${build}`;
}

/** A word as a shell takes it, quoted where it must be. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
