import { existsSync, mkdtempSync, mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FileSystem } from "../../../host/file-system.ts";
import { NodeFileSystem } from "../../../host/nodejs/node-file-system.ts";
import { Lifetime } from "../../../host/nodejs/lifetime.ts";
import { carryOut, sequence, type Operation } from "./support/operations.ts";
import { onDisk } from "./support/world.ts";

/** Sequences that share one simulation: starting one for each would take longer than the calls. */
const SEQUENCES_A_RUN = 100;
const RUNS = 20;

const MUST_BE_SEEN = [
  ...["opened", "EEXIST", "EINVAL", "EISDIR", "ENOENT", "ENOTDIR", "ENAMETOOLONG"].map((result) => `open: ${result}`),
  ...["0", "4", "EBADF", "EINVAL"].flatMap((result) => [`read: ${result}`, `write: ${result}`]),
  ...["done", "EBADF", "EINVAL"].map((result) => `truncate: ${result}`),
  ...["done", "EBADF"].flatMap((result) => [`sync: ${result}`, `datasync: ${result}`, `close: ${result}`]),
  ...["done", "EISDIR", "ENOENT", "ENOTDIR", "ENOTEMPTY", "EINVAL"].map((result) => `rename: ${result}`),
  ...["done", "EEXIST", "ENOENT", "ENOTDIR", "EPERM", "EINVAL"].map((result) => `link: ${result}`),
  ...["done", "EISDIR", "ENOENT", "ENOTDIR"].map((result) => `unlink: ${result}`),
  ...["done", "EEXIST", "ENOENT", "ENOTDIR"].map((result) => `mkdir: ${result}`),
  ...["done", "ENOTEMPTY", "ENOENT", "ENOTDIR"].map((result) => `rmdir: ${result}`),
  ...["done", "ENOENT", "ENOTDIR"].map((result) => `syncDirectory: ${result}`),
];

/** A file system's directory as a file system of its own. */
class Subtree {
  private readonly fs: FileSystem;
  private readonly root: string;

  constructor(fs: FileSystem, root: string) {
    this.fs = fs;
    this.root = root;
  }

  get view(): FileSystem {
    const { fs, root } = this;
    const at = (path: string): string => (path.startsWith("/") ? root + path : path);
    return {
      open: (path, flags) => fs.open(at(path), flags),
      rename: (from, to) => fs.rename(at(from), at(to)),
      link: (existing, created) => fs.link(at(existing), at(created)),
      unlink: (path) => fs.unlink(at(path)),
      readdir: (path) => fs.readdir(at(path)),
      mkdir: (path) => fs.mkdir(at(path)),
      rmdir: (path) => fs.rmdir(at(path)),
      stat: (path) => fs.stat(at(path)),
      statfs: () => fs.statfs(),
      syncDirectory: (path) => fs.syncDirectory(at(path)),
      watch: (path, listener) => fs.watch(at(path), listener),
      lock: (path) => fs.lock(at(path)),
    };
  }
}

describe("the virtual disk beside a real directory", () => {
  let root = "";

  beforeAll(() => {
    // In memory where that is to be had: the sequences sync thousands of times.
    root = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "virtual-disk-"));
  });

  afterAll(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it(`agrees on results and error codes over ${RUNS * SEQUENCES_A_RUN} sequences`, { timeout: 60_000 }, async () => {
    let directories = 0;
    const seed = 20_260_101;
    const check = async (batch: readonly (readonly Operation[])[]): Promise<void> => {
      const directory = join(root, String(directories++));
      mkdirSync(directory);
      const real = new NodeFileSystem(directory, new Lifetime(), (error) => {
        throw error;
      });
      const expected: string[][] = [];
      for (const [index, operations] of batch.entries()) {
        await real.mkdir(`/${index}`);
        expected.push(await carryOut(new Subtree(real, `/${index}`).view, operations));
      }
      const simulated: string[][] = [];
      await onDisk(async (fs) => {
        for (const [index, operations] of batch.entries()) {
          await fs.mkdir(`/${index}`);
          simulated.push(await carryOut(new Subtree(fs, `/${index}`).view, operations));
        }
      });
      rmSync(directory, { recursive: true, force: true });
      expect(simulated).toEqual(expected);
      for (const result of expected.flat()) seen.add(result.replace(/: (\d).*/, ": $1"));
    };
    const seen = new Set<string>();
    const sample = fc.sample(sequence, { numRuns: RUNS * SEQUENCES_A_RUN, seed });
    for (let at = 0; at < sample.length; at += SEQUENCES_A_RUN) {
      const batch = sample.slice(at, at + SEQUENCES_A_RUN);
      try {
        await check(batch);
      } catch {
        // Alone, so that fast-check can shrink the one that differs.
        await fc.assert(
          fc.asyncProperty(sequence, async (operations) => check([operations])),
          { numRuns: SEQUENCES_A_RUN, examples: batch.map((operations): [Operation[]] => [[...operations]]) },
        );
        throw new Error("sequences differ only when run together");
      }
    }
    // Sequences that get nowhere agree easily.
    expect(MUST_BE_SEEN.filter((result) => !seen.has(result))).toEqual([]);
  });
});
