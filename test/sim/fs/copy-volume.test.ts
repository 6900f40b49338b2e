import fc from "fast-check";
import { expect, it } from "vitest";
import { MemfsStore, type ByteStore } from "../../../sim/fs/byte-store.ts";
import { copyVolume } from "../../../sim/fs/copy-volume.ts";
import { CopyOnWriteStore } from "../../../sim/fs/copy-on-write-store.ts";
import { applyCrash } from "../../../sim/fs/crash.ts";
import { crashChoices, drawOutcome } from "../../../sim/fs/crash-choice.ts";
import { SlabPool } from "../../../sim/fs/slab.ts";
import type { CrashModel, Volume } from "../../../sim/fs/volume.ts";
import { Kernel } from "../../../sim/kernel.ts";
import { NamedStream } from "../../../sim/random.ts";
import { carryOut, sequence } from "./support/operations.ts";
import { onDisk, treeOf } from "./support/world.ts";

const MODELS: readonly CrashModel[] = ["strict", "ordered", "lossy", "none"];

const memory = () => ({ store: new CopyOnWriteStore(), slabs: new SlabPool() });

function tree(volume: Volume): Record<string, string | undefined> {
  return treeOf({ volume });
}

/** The same draws for the same seed. */
function crashed(volume: Volume, seed: number): Record<string, string | undefined> {
  const choices = crashChoices(volume);
  applyCrash(volume, choices, drawOutcome(choices, new NamedStream(`${seed}`)));
  return tree(volume);
}

it.each(MODELS)(
  "a copy holds the same, and a %s crash leaves the same of it, as of its original",
  async (crashModel) => {
    const kernel = new Kernel({ seed: "copies" });
    let unsynced = 0;
    for (const [index, operations] of fc.sample(sequence, { numRuns: 80, seed: 7 }).entries()) {
      const left: Record<string, string | undefined>[] = [];
      for (const options of [{ crashModel }, { crashModel, memory: memory() }]) {
        await onDisk(async (fs, _host, _world, { volume }) => {
          await carryOut(fs, operations);
          const before = tree(volume);
          const first = copyVolume(volume, kernel);
          const second = copyVolume(first, kernel);
          unsynced += crashChoices(first).length;
          expect(tree(first)).toEqual(before);
          left.push(crashed(first, index));
          // What became of the first copy has touched neither the original nor the other copy.
          expect(tree(volume)).toEqual(before);
          expect(tree(second)).toEqual(before);
          left.push(crashed(second, index), crashed(volume, index));
        }, options);
      }
      for (const one of left) expect(one).toEqual(left[0]);
    }
    expect(unsynced > 100).toBe(crashModel === "strict" || crashModel === "ordered");
  },
);

it("the two stores hold the same after any calls, copies included", () => {
  const call = fc.record({
    file: fc.nat({ max: 5 }),
    call: fc.constantFrom("write", "truncate", "copy"),
    position: fc.nat({ max: 1_500 }),
    length: fc.nat({ max: 700 }),
    fill: fc.integer({ min: 1, max: 255 }),
  });
  fc.assert(
    fc.property(fc.array(call, { maxLength: 40 }), (calls) => {
      const stores: ByteStore[] = [new MemfsStore({ active: false }), new CopyOnWriteStore()];
      const contents = stores.map((store) => {
        const files = Array.from({ length: 6 }, () => ({ bytes: store.create(), size: 0 }));
        for (const { file, call, position, length, fill } of calls) {
          const target = files[file] as (typeof files)[number];
          if (call === "write") {
            if (length === 0) continue;
            store.write(target.bytes, new Uint8Array(length).fill(fill), 0, length, position);
            target.size = Math.max(target.size, position + length);
          } else if (call === "truncate") {
            store.truncate(target.bytes, position);
            target.size = position;
          } else {
            const size = Math.min(target.size, position);
            files[(file + 1) % 6] = { bytes: store.copy(target.bytes, size), size };
          }
        }
        return files.map(({ bytes }) => {
          const content = new Uint8Array(3_000);
          return [...content.subarray(0, store.read(bytes, content, 0, 3_000, 0))];
        });
      });
      expect(contents[1]).toEqual(contents[0]);
    }),
    { numRuns: 200 },
  );
});
