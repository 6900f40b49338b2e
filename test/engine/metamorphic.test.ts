import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EngineOptions } from "../../engine/index.ts";
import { TINY } from "./support/bytes.ts";
import { historyOf, Model, operation, Tested } from "./support/metamorphic.ts";

const NO_CACHES: Partial<EngineOptions> = { blockCacheBytes: 0, maxOpenTables: 1 };

/** Whatever the options, a database must answer the same. */
const OPTION_SETS: readonly (readonly [string, Partial<EngineOptions>])[] = [
  ["the defaults", {}],
  ["everything tiny", { ...TINY, writeBufferBytes: 400, walBytesPerSync: 60 }],
  ["a table a write", { ...TINY, writeBufferBytes: 1, level0StopTrigger: 4, slowdownDelay: 0 }],
  ["no caches and no filter", { ...TINY, ...NO_CACHES, bloomBitsPerKey: 0, writeBufferBytes: 300 }],
  ["an entry a block", { ...TINY, blockBytes: 1, blockRestartInterval: 1, tableBytes: 200, writeBufferBytes: 600 }],
  ["compressed", { ...TINY, compression: "deflate", blockBytes: 400, writeBufferBytes: 1_000 }],
  ["two levels", { ...TINY, levelCount: 2, level0CompactionTrigger: 2, writeBufferBytes: 500 }],
  ["many small tables", { ...TINY, tableBytes: 1, level1Bytes: 1, levelSizeMultiplier: 2, writeBufferBytes: 800 }],
];

describe("the same operations", () => {
  it("give the same history under every set of options, and the one that a sorted list gives", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 120, size: "max" }), async (operations) => {
        const expected = await historyOf(new Model(), operations);
        for (const [name, options] of OPTION_SETS) {
          const tested = await new Tested(options).start();
          expect(await historyOf(tested, operations), name).toEqual(expected);
          await tested.end();
        }
      }),
      { numRuns: Number(process.env["METAMORPHIC_RUNS"] ?? 20) },
    );
  });
});
