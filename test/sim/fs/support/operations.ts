import fc from "fast-check";
import { isFileSystemError } from "../../../../host/file-system-error.ts";
import type { FileHandle, FileStat, FileSystem } from "../../../../host/file-system.ts";

/** One call of a random sequence, as data. Handles are named by the order in which they were opened. */
export type Operation =
  | { readonly do: "open"; readonly path: string; readonly flags: number }
  | { readonly do: "read"; readonly handle: number; readonly length: number; readonly position: number }
  | {
      readonly do: "write";
      readonly handle: number;
      readonly length: number;
      readonly position: number;
      readonly fill: number;
    }
  | { readonly do: "truncate"; readonly handle: number; readonly length: number }
  | { readonly do: "sync" | "datasync" | "fstat" | "close"; readonly handle: number }
  | { readonly do: "rename" | "link"; readonly path: string; readonly to: string }
  | { readonly do: "unlink" | "mkdir" | "rmdir" | "readdir" | "stat" | "syncDirectory"; readonly path: string };

const path = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom("/a", "/b", "/d", "/d/a", "/d/b", "/d/e", "/d/e/a", "/d/e/b") },
  {
    weight: 1,
    arbitrary: fc.constantFrom("/", "/a/x", "/missing/x", "/d/", "/a/", "/d/../a", "relative", "//d//a", "/./b"),
  },
  { weight: 1, arbitrary: fc.constantFrom(`/${"n".repeat(255)}`, `/${"n".repeat(256)}`, "/é", "/ü b") },
);
const handle = fc.nat({ max: 5 });
const position = fc.oneof(fc.nat({ max: 20 }), fc.constantFrom(4_000, 4_095, 4_096, 9_000, -1, 1.5));
const length = fc.oneof(fc.nat({ max: 40 }), fc.constantFrom(0, 4_096, 5_000));
// Access modes twice as often as the odd combinations: most sequences should get somewhere.
const flags = fc.oneof(
  fc.constantFrom(0x01, 0x03, 0x07, 0x07, 0x06, 0x0f, 0x17, 0x27, 0x13, 0x23),
  fc.nat({ max: 0x3f }),
);

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("open" as const), path, flags }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("read" as const), handle, length, position }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant("write" as const), handle, length, position, fill: fc.nat({ max: 255 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("truncate" as const),
      handle,
      length: fc.oneof(fc.nat({ max: 30 }), fc.constantFrom(5_000, -1)),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom("sync" as const, "datasync" as const, "fstat" as const, "close" as const),
      handle,
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom("rename" as const, "link" as const), path, to: path }) },
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "unlink" as const,
        "mkdir" as const,
        "mkdir" as const,
        "rmdir" as const,
        "readdir" as const,
        "stat" as const,
        "syncDirectory" as const,
      ),
      path,
    }),
  },
);

/** Carries a sequence out, one call after the other, and says what each gave, as text. */
export async function carryOut(fs: FileSystem, operations: readonly Operation[]): Promise<string[]> {
  const handles: FileHandle[] = [];
  const inodes = new Map<number, number>();
  const alias = (inode: number): number => {
    let known = inodes.get(inode);
    if (known === undefined) inodes.set(inode, (known = inodes.size));
    return known;
  };
  const results: string[] = [];
  for (const each of operations) results.push(`${each.do}: ${await outcome(fs, each, handles, alias)}`);
  for (const handle of handles) await handle.close().catch(() => undefined);
  return results;
}

async function outcome(
  fs: FileSystem,
  each: Operation,
  handles: FileHandle[],
  alias: (inode: number) => number,
): Promise<string> {
  try {
    return await perform(fs, each, handles, alias);
  } catch (error) {
    if (isFileSystemError(error)) return error.code;
    throw error;
  }
}

async function perform(
  fs: FileSystem,
  each: Operation,
  handles: FileHandle[],
  alias: (inode: number) => number,
): Promise<string> {
  const describe = (stat: FileStat): string =>
    // Systems differ in how they count the links of a directory, and in when they use an inode's number again.
    stat.type === "directory" ? "directory" : `file of ${stat.size}, ${stat.links} links`;
  switch (each.do) {
    case "open": {
      handles.push(await fs.open(each.path, each.flags));
      return "opened";
    }
    case "rename":
      await fs.rename(each.path, each.to);
      return "done";
    case "link":
      await fs.link(each.path, each.to);
      return "done";
    case "readdir":
      return (await fs.readdir(each.path)).join(" ");
    case "stat":
      return describe(await fs.stat(each.path));
    case "unlink":
    case "mkdir":
    case "rmdir":
    case "syncDirectory":
      await fs[each.do](each.path);
      return "done";
    default:
      return onHandle(each, handles, alias, describe);
  }
}

async function onHandle(
  each: Extract<Operation, { readonly handle: number }>,
  handles: FileHandle[],
  alias: (inode: number) => number,
  describe: (stat: FileStat) => string,
): Promise<string> {
  const handle = handles[each.handle % Math.max(1, handles.length)];
  if (handle === undefined) return "no handle";
  switch (each.do) {
    case "read": {
      const buffer = new Uint8Array(each.length + 2).fill(0xee);
      const count = await handle.read(buffer, 1, each.length, each.position);
      return `${count}: ${digest(buffer)}`;
    }
    case "write": {
      const buffer = new Uint8Array(each.length + 2);
      for (let index = 0; index < buffer.length; index++) buffer[index] = (each.fill + index) & 0xff;
      return String(await handle.write(buffer, 1, each.length, each.position));
    }
    case "truncate":
      await handle.truncate(each.length);
      return "done";
    case "fstat": {
      const stat = await handle.stat();
      alias(stat.inode);
      return describe(stat);
    }
    default:
      await handle[each.do]();
      return "done";
  }
}

function digest(bytes: Uint8Array): string {
  let sum = 1;
  for (const byte of bytes) sum = (Math.imul(sum, 31) + byte) | 0;
  return `${bytes.length}/${sum}`;
}

/** A small tree with two open files: from nothing, most random sequences stay where nothing exists. */
const beginning: readonly Operation[] = [
  { do: "mkdir", path: "/d" },
  { do: "mkdir", path: "/d/e" },
  { do: "open", path: "/a", flags: 0x07 },
  { do: "write", handle: 0, length: 5_000, position: 0, fill: 7 },
  { do: "open", path: "/d/a", flags: 0x07 },
];

export const sequence: fc.Arbitrary<Operation[]> = fc
  .tuple(fc.constantFrom(beginning, beginning, []), fc.array(operation, { minLength: 1, maxLength: 25 }))
  .map(([first, then]) => [...first, ...then]);
