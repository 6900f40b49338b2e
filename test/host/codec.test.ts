import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Codec, CodecError } from "../../host/codec.ts";

describe("the codec", () => {
  const plain = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      fc.constant(null),
      fc.boolean(),
      fc.maxSafeInteger().filter((n) => !Object.is(n, -0)),
      fc.double({ noNaN: true }).filter((n) => !Object.is(n, -0)),
      fc.string({ unit: "grapheme" }),
      fc.uint8Array({ maxLength: 300 }),
      fc.array(tie("value")),
      fc.dictionary(
        fc.string({ unit: "grapheme", maxLength: 40 }).filter((key) => key !== "__proto__"),
        tie("value"),
        { noNullPrototype: true },
      ),
    ),
  })).value;

  it("gives back what it was given", () => {
    const codec = new Codec();
    fc.assert(
      fc.property(plain, (value) => {
        expect(codec.decode(codec.encode(value))).toEqual(value);
      }),
      { numRuns: 1000 },
    );
  });

  it("keeps whole numbers exact up to 2^53, leaves undefined fields out, and makes -0 a 0", () => {
    const codec = new Codec();
    const value = {
      big: 2 ** 53 - 1,
      least: -(2 ** 53 - 1),
      float: 2 ** 60,
      none: undefined,
      list: [undefined],
      zero: -0,
    };
    expect(codec.decode(codec.encode(value))).toStrictEqual({
      big: 2 ** 53 - 1,
      least: -(2 ** 53 - 1),
      float: 2 ** 60,
      list: [null],
      zero: 0,
    });
  });

  it("returns bytes that no later call touches, and reads byte strings as views of what it decoded", () => {
    const codec = new Codec();
    const bytes = codec.encode({ data: Uint8Array.of(1, 2, 3) });
    const before = bytes.slice();
    codec.encode({ data: Uint8Array.of(9, 9, 9), more: "x".repeat(5000) });
    expect(bytes).toEqual(before);
    const { data } = codec.decode(bytes) as { data: Uint8Array };
    expect(data.buffer).toBe(bytes.buffer);
  });

  it("tells keys apart that share a place in its cache", () => {
    const codec = new Codec();
    for (let round = 0; round < 2; round++) {
      for (let n = 0; n < 3000; n++) {
        const value = { [`key-${n}`]: n, [`clé-€-😀-${n}`]: n };
        expect(codec.decode(codec.encode(value))).toEqual(value);
      }
    }
  });

  it("refuses what would come back as something else", () => {
    const codec = new Codec();
    class Custom {
      readonly field = 1;
    }
    for (const value of [
      new Map(),
      new Set(),
      new Date(0),
      new Custom(),
      1n,
      () => 1,
      Symbol("s"),
      new Int32Array(1),
    ]) {
      expect(() => codec.encode({ nested: [value] })).toThrow(CodecError);
    }
    const deep: unknown[] = [];
    deep.push(deep);
    expect(() => codec.encode(deep)).toThrow("cannot encode: too deep or too large");
    expect(codec.decode(codec.encode("still works"))).toBe("still works");
  });

  it("refuses bytes that are cut short, go on, or mean nothing", () => {
    const codec = new Codec();
    const bytes = codec.encode({ a: [1, 2, "three"], b: Uint8Array.of(1, 2) });
    for (let length = 0; length < bytes.length; length++) {
      expect(() => codec.decode(bytes.subarray(0, length))).toThrow(CodecError);
    }
    const longer = new Uint8Array(bytes.length + 1);
    longer.set(bytes);
    expect(() => codec.decode(longer)).toThrow("cut short or go on after the value");
    expect(() => codec.decode(Uint8Array.of(0xc1))).toThrow(CodecError);
    expect(() => codec.decode(Uint8Array.of(0xd6, 0xff, 0, 0, 0, 0))).toThrow("extension type -1 is not used here");
    expect(codec.decode(bytes)).toEqual({ a: [1, 2, "three"], b: Uint8Array.of(1, 2) });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => {
        try {
          codec.decode(noise);
        } catch (error) {
          expect(error).toBeInstanceOf(CodecError);
        }
      }),
    );
  });
});
