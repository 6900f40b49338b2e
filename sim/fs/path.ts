import { Errno } from "./errno.ts";

const MAX_NAME_BYTES = 255;
const MAX_PATH_BYTES = 4_095;

/** A path taken apart. */
export interface ParsedPath {
  readonly names: readonly string[];
  /** The path ends in "/": what it leads to must be a directory. */
  readonly trailingSlash: boolean;
}

/** @throws Errno EINVAL when the path is not absolute or climbs by "..", ENAMETOOLONG */
export function parsePath(path: string): ParsedPath {
  if (path.charCodeAt(0) !== 0x2f || path.includes("\0")) throw new Errno("EINVAL");
  const names: string[] = [];
  let last = "";
  for (const name of path.split("/")) {
    last = name;
    if (name === "..") throw new Errno("EINVAL");
    if (name === "" || name === ".") continue;
    names.push(name);
  }
  if (path.length * 3 > MAX_NAME_BYTES) {
    if (utf8Length(path) > MAX_PATH_BYTES) throw new Errno("ENAMETOOLONG");
  }
  return { names, trailingSlash: names.length > 0 && (last === "" || last === ".") };
}

/** @throws Errno ENAMETOOLONG */
export function checkName(name: string): void {
  if (name.length * 3 > MAX_NAME_BYTES && utf8Length(name) > MAX_NAME_BYTES) throw new Errno("ENAMETOOLONG");
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    // A surrogate pair takes four bytes, two for each half.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3;
  }
  return bytes;
}
