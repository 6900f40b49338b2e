import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OpenFlag, type FileHandle, type WatchEvent } from "../../../host/file-system.ts";
import { FileSystemError } from "../../../host/file-system-error.ts";
import { Lifetime } from "../../../host/nodejs/lifetime.ts";
import { DEFAULT_BLOCKING_BYTES, NodeFileSystem } from "../../../host/nodejs/node-file-system.ts";

const { READ, WRITE, READ_WRITE, CREATE, EXCLUSIVE, TRUNCATE, APPEND, DIRECT } = OpenFlag;

let directory: string;
let lifetime: Lifetime;
let watchFailures: unknown[];
let disk: NodeFileSystem;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "faultline-host-"));
  lifetime = new Lifetime();
  watchFailures = [];
  disk = new NodeFileSystem(directory, lifetime, (error) => watchFailures.push(error));
});

afterEach(async () => {
  await lifetime.end();
  rmSync(directory, { recursive: true });
  expect(watchFailures).toEqual([]);
});

/** The same disk, with another limit to what is read or written on the caller's thread. */
function withBlockingBytes(bytes: number): NodeFileSystem {
  return new NodeFileSystem(directory, lifetime, (error) => watchFailures.push(error), bytes);
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytes = (content: string): Uint8Array => new TextEncoder().encode(content);

async function put(path: string, content: string): Promise<void> {
  const file = await disk.open(path, WRITE | CREATE | TRUNCATE);
  await file.write(bytes(content), 0, bytes(content).length, 0);
  await file.close();
}

async function get(path: string): Promise<string> {
  const file = await disk.open(path, READ);
  const buffer = new Uint8Array(1000);
  const length = await file.read(buffer, 0, 1000, 0);
  await file.close();
  return text(buffer.subarray(0, length));
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error === undefined) return "none";
  expect(error).toBeInstanceOf(FileSystemError);
  return (error as FileSystemError).code;
}

function openDescriptors(): string[] {
  return existsSync("/proc/self/fd") ? readdirSync("/proc/self/fd") : [];
}

describe("files", () => {
  it("agrees with a byte array on positional reads, writes and truncation", async () => {
    const position = fc.integer({ min: 0, max: 5000 });
    const length = fc.integer({ min: 0, max: 5000 });
    const operation = fc.oneof(
      fc.record({ kind: fc.constant("write" as const), position, length, fill: fc.integer({ min: 1, max: 255 }) }),
      fc.record({ kind: fc.constant("read" as const), position, length }),
      fc.record({ kind: fc.constant("truncate" as const), length }),
    );
    // Transfers on the caller's thread, in the pool, and some on either.
    const blockingBytes = fc.constantFrom(DEFAULT_BLOCKING_BYTES, 0, 2500);
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 20 }), blockingBytes, async (operations, atMost) => {
        const file = await withBlockingBytes(atMost).open(`/file-${run++}`, READ_WRITE | CREATE | EXCLUSIVE);
        let model = new Uint8Array(0);
        const resize = (size: number): void => {
          const grown = new Uint8Array(size);
          grown.set(model.subarray(0, size));
          model = grown;
        };
        for (const operation of operations) {
          if (operation.kind === "truncate") {
            await file.truncate(operation.length);
            resize(operation.length);
          } else if (operation.kind === "write") {
            const { position, length, fill } = operation;
            const buffer = new Uint8Array(length + 7).fill(fill);
            expect(await file.write(buffer, 7, length, position)).toBe(length);
            if (length > 0 && position + length > model.length) resize(position + length);
            model.fill(fill, position, position + length);
          } else {
            const { position, length } = operation;
            const buffer = new Uint8Array(length + 3).fill(0xee);
            const read = await file.read(buffer, 3, length, position);
            const expected = model.subarray(position, position + length);
            expect(read).toBe(expected.length);
            expect(buffer.subarray(3, 3 + read)).toEqual(expected);
            expect(buffer.subarray(0, 3)).toEqual(new Uint8Array(3).fill(0xee));
          }
        }
        expect((await file.stat()).size).toBe(model.length);
        await file.close();
      }),
      { numRuns: 60 },
    );
  });

  it("appends at the end, whatever the position", async () => {
    await put("/log", "one");
    const first = await disk.open("/log", WRITE | APPEND);
    const second = await disk.open("/log", WRITE | APPEND);
    await first.write(bytes(" two"), 0, 4, 0);
    await second.write(bytes(" three"), 0, 6, 1);
    await first.write(bytes(" four"), 0, 5, 0);
    expect(await get("/log")).toBe("one two three four");
  });

  it("bypasses the page cache in whole sectors from any memory, and refuses parts of sectors", async () => {
    let file: FileHandle;
    try {
      file = await disk.open("/direct", READ_WRITE | CREATE | DIRECT);
    } catch (error) {
      // Not every file system can, and then it must say so.
      expect((error as FileSystemError).code).toBe("ENOTSUP");
      return;
    }
    const sectors = new Uint8Array(3 * 512 + 1024).map((_, index) => index % 251);
    expect(await file.write(sectors, 512, 3 * 512, 0)).toBe(3 * 512);
    const one = await disk.open("/direct", WRITE | DIRECT);
    expect(await one.write(sectors, 0, 512, 3 * 512)).toBe(512);
    const expected = new Uint8Array(4 * 512);
    expected.set(sectors.subarray(512, 4 * 512));
    expected.set(sectors.subarray(0, 512), 3 * 512);
    const reads = Array.from({ length: 6 }, async () => {
      const buffer = new Uint8Array(8 * 512);
      expect(await file.read(buffer, 1024, 6 * 512, 0)).toBe(4 * 512);
      return buffer.subarray(1024, 1024 + 4 * 512);
    });
    for (const read of await Promise.all(reads)) expect(read).toEqual(expected);
    for (const [offset, length, position] of [
      [1, 512, 0],
      [0, 511, 0],
      [0, 512, 100],
    ] as const) {
      expect(await codeOf(file.read(new Uint8Array(2048), offset, length, position))).toBe("EINVAL");
      expect(await codeOf(file.write(new Uint8Array(2048), offset, length, position))).toBe("EINVAL");
    }
  });

  it("opens as its flags say", async () => {
    expect(await codeOf(disk.open("/none", READ))).toBe("ENOENT");
    await put("/file", "content");
    expect(await codeOf(disk.open("/file", WRITE | CREATE | EXCLUSIVE))).toBe("EEXIST");
    const reader = await disk.open("/file", READ);
    expect(await codeOf(reader.write(bytes("x"), 0, 1, 0))).toBe("EBADF");
    const writer = await disk.open("/file", WRITE);
    expect(await codeOf(writer.read(new Uint8Array(1), 0, 1, 0))).toBe("EBADF");
    expect(await get("/file")).toBe("content");
    await (await disk.open("/file", WRITE | TRUNCATE)).close();
    expect(await get("/file")).toBe("");
    await disk.mkdir("/directory");
    for (const flags of [READ, WRITE, READ | CREATE, READ_WRITE]) {
      expect(await codeOf(disk.open("/directory", flags))).toBe("EISDIR");
    }
    expect(await codeOf(disk.open("/file/below", READ))).toBe("ENOTDIR");
  });

  it("refuses flags that contradict one another", async () => {
    for (const flags of [0, CREATE, READ | TRUNCATE, READ | APPEND, READ | EXCLUSIVE, READ | 0x80, -1, 1.5]) {
      expect(await codeOf(disk.open("/file", flags))).toBe("EINVAL");
    }
    expect(await disk.readdir("/")).toEqual([]);
  });

  it("refuses transfers outside the buffer, and positions and lengths that are none", async () => {
    const file = await disk.open("/file", READ_WRITE | CREATE);
    const buffer = new Uint8Array(10);
    for (const [offset, length, position] of [
      [0, 11, 0],
      [8, 3, 0],
      [-1, 1, 0],
      [0, -1, 0],
      [0, 1, -1],
      [0, 1, 0.5],
      [0, 1, Number.NaN],
    ] as const) {
      expect(await codeOf(file.read(buffer, offset, length, position))).toBe("EINVAL");
      expect(await codeOf(file.write(buffer, offset, length, position))).toBe("EINVAL");
    }
    expect(await codeOf(file.truncate(-1))).toBe("EINVAL");
    expect((await file.stat()).size).toBe(0);
  });

  it("goes on with an unlinked or replaced file through its open handles", async () => {
    await put("/old", "old");
    await put("/new", "new");
    const old = await disk.open("/old", READ_WRITE);
    const { inode } = await old.stat();
    await disk.rename("/new", "/old");
    expect(await old.write(bytes("still"), 0, 5, 0)).toBe(5);
    expect(await get("/old")).toBe("new");
    const orphan = await old.stat();
    expect([orphan.inode, orphan.links, orphan.size]).toEqual([inode, 0, 5]);
    expect((await disk.stat("/old")).inode).not.toBe(inode);
  });

  it("closes only after what is under way, and refuses all after that", async () => {
    await put("/file", "");
    const file = await withBlockingBytes(0).open("/file", READ_WRITE);
    const block = new Uint8Array(1 << 16).fill(7);
    const writes = Array.from({ length: 32 }, (_, index) => file.write(block, 0, block.length, index * block.length));
    const closing = file.close();
    expect(await codeOf(file.sync())).toBe("EBADF");
    // Files opened meanwhile must not be given a descriptor that writes still use.
    const others = await Promise.all(Array.from({ length: 8 }, (_, n) => disk.open(`/other-${n}`, WRITE | CREATE)));
    expect(await Promise.all(writes)).toEqual(writes.map(() => block.length));
    await closing;
    expect((await disk.stat("/file")).size).toBe(32 * block.length);
    for (const other of others) expect((await other.stat()).size).toBe(0);
    for (const call of [
      file.read(block, 0, 1, 0),
      file.write(block, 0, 1, 0),
      file.datasync(),
      file.truncate(0),
      file.stat(),
      file.close(),
    ]) {
      expect(await codeOf(call)).toBe("EBADF");
    }
  });

  it("tells when content last changed, in microseconds", async () => {
    await put("/file", "a");
    const before = (await disk.stat("/file")).modified;
    expect(Math.abs(before - Date.now() * 1000)).toBeLessThan(60e6);
    expect(Number.isSafeInteger(before)).toBe(true);
  });

  it("syncs files and directories", async () => {
    const file = await disk.open("/file", WRITE | CREATE);
    await file.write(bytes("x"), 0, 1, 0);
    await file.datasync();
    await file.sync();
    await disk.syncDirectory("/");
    expect(await codeOf(disk.syncDirectory("/file"))).toBe("ENOTDIR");
    expect(await codeOf(disk.syncDirectory("/none"))).toBe("ENOENT");
  });
});

describe("names", () => {
  it("makes, lists, links and removes them with POSIX's errors", async () => {
    await disk.mkdir("/b");
    expect(await codeOf(disk.mkdir("/b"))).toBe("EEXIST");
    expect(await codeOf(disk.mkdir("/none/below"))).toBe("ENOENT");
    await put("/b/inner", "1");
    await put("/a", "1");
    await put("/Z", "1");
    await put("/ä", "1");
    expect(await disk.readdir("/")).toEqual(["Z", "a", "b", "ä"]);
    expect(await codeOf(disk.readdir("/a"))).toBe("ENOTDIR");
    expect(await codeOf(disk.rmdir("/b"))).toBe("ENOTEMPTY");
    expect(await codeOf(disk.rmdir("/a"))).toBe("ENOTDIR");
    await disk.link("/a", "/c");
    expect((await disk.stat("/a")).links).toBe(2);
    expect((await disk.stat("/c")).inode).toBe((await disk.stat("/a")).inode);
    expect(await codeOf(disk.link("/a", "/c"))).toBe("EEXIST");
    expect(await codeOf(disk.link("/none", "/d"))).toBe("ENOENT");
    expect(await codeOf(disk.link("/b", "/d"))).toBe("EPERM");
    expect(await codeOf(disk.rename("/none", "/d"))).toBe("ENOENT");
    expect(await codeOf(disk.rename("/b", "/b/inner"))).toMatch(/^(EINVAL|ENOTDIR)$/);
    await disk.unlink("/b/inner");
    expect(await codeOf(disk.unlink("/b/inner"))).toBe("ENOENT");
    await disk.rmdir("/b");
    expect(await disk.readdir("/")).toEqual(["Z", "a", "c", "ä"]);
    const stat = await disk.stat("/");
    expect([stat.type, stat.size]).toEqual(["directory", 0]);
  });

  it("refuses paths that are relative, climb out or end early, and touches nothing outside", async () => {
    for (const path of ["", "file", "../file", "/..", "/a/../b", "/a/..", "/a\0b"]) {
      for (const call of [
        disk.open(path, WRITE | CREATE),
        disk.rename(path, "/b"),
        disk.rename("/b", path),
        disk.link(path, "/b"),
        disk.link("/b", path),
        disk.unlink(path),
        disk.readdir(path),
        disk.mkdir(path),
        disk.rmdir(path),
        disk.stat(path),
        disk.syncDirectory(path),
        disk.lock(path),
      ]) {
        expect(await codeOf(call)).toBe("EINVAL");
      }
      expect(() => disk.watch(path, () => undefined)).toThrow(FileSystemError);
    }
    await put("/..name", "fine");
    expect(await disk.readdir("/")).toEqual(["..name"]);
  });

  it("refuses to move or remove the mount's own root", async () => {
    expect(await codeOf(disk.rmdir("/"))).toBe("EBUSY");
    expect(await codeOf(disk.rename("/", "/a"))).toBe("EBUSY");
    expect(await codeOf(disk.rename("/a", "//"))).toBe("EBUSY");
    expect(await codeOf(disk.unlink("/"))).toMatch(/^(EISDIR|EPERM|EBUSY)$/);
    expect(existsSync(directory)).toBe(true);
  });

  it("names the call, the paths in the mount and the cause in its errors", async () => {
    const error = await disk.rename("/none", "/other").catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "ENOENT", syscall: "rename", path: "/none", destination: "/other" });
    expect((error as Error).message).not.toContain(directory);
    expect((error as Error).cause).toMatchObject({ code: "ENOENT" });
  });

  it("turns codes beyond the contract's into the nearest", async () => {
    symlinkSync(join(directory, "loop"), join(directory, "loop"));
    expect(await codeOf(disk.open("/loop", READ))).toBe("EINVAL");
  });

  it("tells the size of the disk", async () => {
    const { totalBytes, freeBytes } = await disk.statfs();
    expect(totalBytes).toBeGreaterThan(0);
    expect(freeBytes).toBeLessThanOrEqual(totalBytes);
  });

  it("watches a directory until closed", async () => {
    let heard: ((event: WatchEvent) => void) | undefined;
    const next = new Promise<WatchEvent>((resolve) => (heard = resolve));
    const watcher = disk.watch("/", (event) => heard?.(event));
    await put("/appeared", "x");
    expect(await next).toEqual({ type: "rename", name: "appeared" });
    watcher.close();
    expect(() => disk.watch("/none", () => undefined)).toThrow(/ENOENT: watch '\/none'/);
  });

  it("mounts only directories that are there", () => {
    expect(() => new NodeFileSystem(join(directory, "none"), lifetime, () => undefined)).toThrow(/ENOENT/);
    writeFileSync(join(directory, "file"), "");
    expect(() => new NodeFileSystem(join(directory, "file"), lifetime, () => undefined)).toThrow(/ENOTDIR/);
  });
});

describe("the end of an incarnation", () => {
  it("gives back every descriptor, and completes nothing more", async () => {
    const before = openDescriptors().length;
    const completed: string[] = [];
    const file = await disk.open("/file", READ_WRITE | CREATE);
    const note = (call: Promise<unknown>, name: string): void => {
      call.then(
        () => completed.push(name),
        () => completed.push(`${name} failed`),
      );
    };
    const block = new Uint8Array(1 << 20);
    note(file.write(block, 0, block.length, 0), "write");
    note(disk.open("/other", WRITE | CREATE), "open");
    note(disk.syncDirectory("/"), "syncDirectory");
    note(disk.lock("/lock"), "lock");
    note(file.close(), "close");
    await lifetime.end();
    note(file.read(block, 0, 1, 0), "read after");
    note(file.read(block, 0, -1, 0), "bad read after");
    note(file.close(), "close after");
    note(disk.stat("/none"), "stat after");
    note(disk.open("/later", WRITE | CREATE), "open after");
    note(disk.lock("/later"), "lock after");

    const next = new Lifetime();
    const sameDisk = new NodeFileSystem(realpathSync(directory), next, () => undefined);
    const lock = await sameDisk.lock("/lock");
    await lock.release();
    await sameDisk.stat("/");
    expect(completed).toEqual([]);
    expect(await sameDisk.readdir("/")).not.toContain("later");
    expect(openDescriptors().length).toBe(before);
  });
});
