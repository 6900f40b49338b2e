import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MemfsStore } from "../../../sim/fs/byte-store.ts";
import { CopyOnWriteStore } from "../../../sim/fs/copy-on-write-store.ts";
import { Slab } from "../../../sim/fs/slab.ts";
import { TRUNCATION } from "../../../sim/fs/data-entry.ts";
import { UnsyncedData } from "../../../sim/fs/unsynced-data.ts";

const MOST = 20_000;
const place = fc.nat(MOST);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("write" as const), at: place, length: fc.integer({ min: 1, max: 9_000 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("truncate" as const), at: place, length: fc.constant(0) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("settle" as const), at: fc.nat(25), length: fc.constant(0) }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("read" as const), at: place, length: fc.integer({ min: 1, max: 12_000 }) }),
  },
);

function extended(content: Uint8Array, length: number): Uint8Array {
  const longer = new Uint8Array(Math.max(content.length, length));
  longer.set(content);
  return longer;
}

/** Compared natively: matchers go through arrays byte by byte. */
function same(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && Buffer.compare(a, b) === 0;
}

describe("what is un-synced of a file", () => {
  it("reads as the durable image with the log done to it, however long the log, and settles in order", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 150, size: "max" }), fc.boolean(), (steps, inMemfs) => {
        const store = inMemfs ? new MemfsStore({ active: false }) : new CopyOnWriteStore();
        const bytes = store.create();
        const data = new UnsyncedData(store, bytes);
        let live: Uint8Array = new Uint8Array(0);
        const images: Uint8Array[] = [live];
        let fill = 0;
        for (const { do: what, at, length } of steps) {
          if (what === "write") {
            const slab = new Slab(length + 3);
            slab.bytes.fill(++fill);
            live = extended(live, at + length).fill(fill, at, at + length);
            data.append({ position: at, length, slab, start: 3, sizeAfter: live.length, direct: false });
            images.push(live);
          } else if (what === "truncate") {
            live = extended(live, at).slice(0, at);
            data.append({ position: at, length: TRUNCATION, slab: undefined, start: 0, sizeAfter: at, direct: false });
            images.push(live);
          } else if (what === "settle") {
            const position = Math.min(data.end, data.base + at);
            data.settle(position);
            const durable = new Uint8Array(data.durableSize);
            expect(store.read(bytes as never, durable, 0, MOST * 2, 0)).toBe(durable.length);
            expect(same(durable, images[position])).toBe(true);
          } else if (at < live.length) {
            const count = Math.min(length, live.length - at);
            const buffer = new Uint8Array(count + 2).fill(0xee);
            data.read(buffer, 1, count, at);
            expect(same(buffer.subarray(1, count + 1), live.subarray(at, at + count))).toBe(true);
            expect([buffer[0], buffer[count + 1]]).toEqual([0xee, 0xee]);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
