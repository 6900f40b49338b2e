import type { FileMoment } from "../../report/file-history.ts";

/** Files of one directory. */
export interface Directory<F extends FileMoment = FileMoment> {
  readonly path: string;
  readonly files: readonly (F & { readonly name: string })[];
}

/** Files by directory, both in order of name; a name is what is left of a path without its directory. */
export function byDirectory<F extends FileMoment>(files: readonly F[]): Directory<F>[] {
  const directories = new Map<string, (F & { name: string })[]>();
  for (const file of files) {
    const cut = file.path.lastIndexOf("/") + 1;
    const path = file.path.slice(0, cut);
    const named = { ...file, name: file.path.slice(cut) };
    const known = directories.get(path);
    if (known === undefined) directories.set(path, [named]);
    else known.push(named);
  }
  return [...directories].map(([path, named]) => ({ path, files: named }));
}

/** What changed, and the first of the others, in the order of all. */
export function firstOf<F extends { readonly changed: boolean }>(files: readonly F[], others: number): readonly F[] {
  let left = others;
  return files.filter(({ changed }) => changed || left-- > 0);
}
