/** The names of a database's files, as LevelDB has them. One counter numbers all of them. */

export type DatabaseFileKind = "current" | "lock" | "manifest" | "log" | "table" | "temporary";

export interface DatabaseFile {
  readonly kind: DatabaseFileKind;
  /** 0 for CURRENT and LOCK. */
  readonly number: number;
}

export const CURRENT_NAME = "CURRENT";
export const LOCK_NAME = "LOCK";

function digits(number: number): string {
  return String(number).padStart(6, "0");
}

export function manifestName(number: number): string {
  return `MANIFEST-${digits(number)}`;
}

export function logName(number: number): string {
  return `${digits(number)}.log`;
}

export function tableName(number: number): string {
  return `${digits(number)}.sst`;
}

export function temporaryName(number: number): string {
  return `${digits(number)}.dbtmp`;
}

const MANIFEST_PATTERN = /^MANIFEST-([0-9]{6,15})$/;
const NUMBERED_PATTERN = /^([0-9]{6,15})\.(log|sst|dbtmp)$/;
const KIND_BY_SUFFIX: Readonly<Record<string, DatabaseFileKind>> = { log: "log", sst: "table", dbtmp: "temporary" };

/** What a name in a database's directory stands for; undefined when it is none of the engine's. */
export function parseFileName(name: string): DatabaseFile | undefined {
  if (name === CURRENT_NAME) return { kind: "current", number: 0 };
  if (name === LOCK_NAME) return { kind: "lock", number: 0 };
  const manifest = MANIFEST_PATTERN.exec(name);
  if (manifest !== null) return { kind: "manifest", number: Number(manifest[1]) };
  const numbered = NUMBERED_PATTERN.exec(name);
  if (numbered === null) return undefined;
  const kind = KIND_BY_SUFFIX[numbered[2] as string];
  return kind === undefined ? undefined : { kind, number: Number(numbered[1]) };
}

/** Of the names in a database's directory, the numbers of the logs from `first` to `last`, in order. */
export function logNumbers(names: readonly string[], first: number, last = Number.MAX_SAFE_INTEGER): number[] {
  const numbers: number[] = [];
  for (const name of names) {
    const file = parseFileName(name);
    if (file?.kind === "log" && file.number >= first && file.number <= last) numbers.push(file.number);
  }
  return numbers.sort((a, b) => a - b);
}

/** The path of a file in a database's directory. */
export function joinPath(directory: string, name: string): string {
  return directory === "/" ? `/${name}` : `${directory}/${name}`;
}

/** The directory that holds `path`: "/" for a path at the top. */
export function parentPath(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash <= 0 ? "/" : path.slice(0, slash);
}
