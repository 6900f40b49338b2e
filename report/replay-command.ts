/** The command that replays a seed. @param word how the scenario is named: its name, or the path of its file */
export function seedReplay(word: string, topology: string, seed: number, build: string): string {
  return `npx faultline replay ${shellWord(word)} --topology ${shellWord(topology)} --seed ${seed} --build ${build}`;
}

/** The command that replays a saved case or plan. */
export function fileReplay(file: string): string {
  return `npx faultline replay ${shellWord(file)}`;
}

/** A word as a shell takes it, quoted where it must be. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
