import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MalformedBytesError } from "../../engine/coding.ts";
import { deflateBlock, inflateBlock } from "../../engine/compression.ts";
import { type Database, type EngineOptions, InvalidOptionError, openDatabase } from "../../engine/index.ts";
import { bytes } from "./support/bytes.ts";
import { contentOf } from "./support/ledger.ts";
import { MemoryDisk } from "./support/memory-disk.ts";
import { MemoryHost } from "./support/memory-host.ts";

describe("compression of blocks", () => {
  it("gives back what it was given, and gives up where it saves less than an eighth", () => {
    const repetitive = fc
      .tuple(fc.uint8Array({ minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 300 }))
      .map(([piece, times]) => new Uint8Array(piece.length * times).map((_, i) => piece[i % piece.length] as number));
    let compressed = 0;
    fc.assert(
      fc.property(fc.oneof(repetitive, fc.uint8Array({ maxLength: 2_000 })), (block) => {
        const stored = deflateBlock(block);
        if (stored === undefined) return;
        compressed++;
        expect(stored.length).toBeLessThanOrEqual(block.length - block.length / 8);
        expect(inflateBlock(stored)).toEqual(block);
        const wrong = stored.slice();
        wrong[0] = (wrong[0] as number) ^ 1;
        expect(() => inflateBlock(wrong)).toThrow(MalformedBytesError);
        expect(() => inflateBlock(stored.subarray(0, 3))).toThrow(MalformedBytesError);
      }),
    );
    expect(compressed).toBeGreaterThan(20);
    expect(deflateBlock(new Uint8Array(0))).toBeUndefined();
    expect(deflateBlock(new Uint8Array(500).map((_, i) => (i * i * 131) >> 3))).toBeUndefined();
  });

  it("is the same bytes on every machine", () => {
    const block = bytes("the same bytes, the same bytes, the same bytes on every machine. ".repeat(3));
    expect(Buffer.from(deflateBlock(block) as Uint8Array).toString("base64")).toMatchInlineSnapshot(
      `"wwAAACvJSFUoTsxNVUiqLEkt1lHAz1fIz1NILUstqlTITUzOyMxL1SOgAZ1PCwMA"`,
    );
  });

  it("makes tables smaller, whatever they were written with and are read with", async () => {
    const disk = new MemoryDisk();
    const open = (compression: EngineOptions["compression"]): Promise<Database> => {
      const fs = disk.mount();
      return openDatabase({ host: new MemoryHost(fs, 1), fs, directory: "/db", options: { compression } });
    };
    const sizes: number[] = [];
    for (const compression of ["none", "deflate", "none"] as const) {
      const database = await open(compression);
      for (let i = 0; i < 500; i++) await database.put(bytes(`key${i}`), bytes(`a value that repeats itself ${i % 7}`));
      await database.flush();
      sizes.push(database.version.level(0)[0]?.size as number);
      expect((await contentOf(database)).size).toBe(500);
      await database.verify();
      await database.close();
    }
    expect((sizes[1] as number) * 3).toBeLessThan(sizes[0] as number);
    expect(sizes[2]).toBe(sizes[0]);
    await expect(open("zip" as "none")).rejects.toThrow(InvalidOptionError);
  });
});
