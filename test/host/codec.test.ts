import { Decoder, Encoder } from "@msgpack/msgpack";
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

  it("writes the bytes that the reference library writes, and reads them alike", () => {
    const codec = new Codec();
    const encoder = new Encoder({ ignoreUndefined: true });
    const decoder = new Decoder();
    const numbers = [0, 1, 7, 8, 15, 16, 31, 32]
      .flatMap((bits) => [2 ** bits - 1, 2 ** bits, -(2 ** bits), -(2 ** bits) - 1])
      .concat(2 ** 53 - 1, -(2 ** 53 - 1), 2 ** 53, 0.5, Infinity);
    const lengths = [0, 15, 16, 31, 32, 255, 256, 65_535, 65_536];
    const values: unknown[] = [
      numbers,
      lengths.map((length) => "x".repeat(length)),
      lengths.map((length) => new Uint8Array(length)),
      lengths.map((length) => new Array<null>(length).fill(null)),
      lengths.map((length) => Object.fromEntries(Array.from({ length }, (_, n) => [`key-${n}`, n]))),
    ];
    for (const value of values) {
      const bytes = encoder.encode(value);
      expect(Buffer.compare(codec.encode(value), bytes)).toBe(0);
      expect(Buffer.compare(codec.encode(codec.decode(bytes)), bytes)).toBe(0);
    }
    fc.assert(
      fc.property(plain, (value) => {
        const bytes = codec.encode(value);
        expect(bytes).toEqual(encoder.encode(value));
        expect(codec.decode(bytes)).toEqual(decoder.decode(bytes));
      }),
      { numRuns: 500 },
    );
  });

  it("gives back halves of pairs of surrogates, which no UTF-8 has", () => {
    const codec = new Codec();
    for (const text of ["\ud83d", "a\ude00b", "\ude00\ud83d".repeat(50)])
      expect(codec.decode(codec.encode(text))).toBe(text);
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
