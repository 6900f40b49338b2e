import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteReader, ByteWriter, MalformedBytesError } from "../../engine/coding.ts";
import { crc32c, crc32cNumber } from "../../engine/crc32c.ts";
import { joinPath, logName, manifestName, parentPath, parseFileName, tableName } from "../../engine/file-names.ts";
import { WriteBatch } from "../../engine/index.ts";
import { EntryType } from "../../engine/internal-key.ts";
import {
  decodeVersionEdit,
  encodeVersionEdit,
  FormatTooNewError,
  type VersionEdit,
} from "../../engine/version-edit.ts";
import { applyEdit, EMPTY_STATE, snapshotEdit } from "../../engine/version-state.ts";
import { readBatch } from "../../engine/write-batch.ts";
import { bytes } from "./support/bytes.ts";

const whole = fc.oneof(fc.nat(300), fc.maxSafeNat());
const internalKey = fc.record({
  userKey: fc.uint8Array({ maxLength: 10 }),
  sequence: fc.maxSafeNat(),
  type: fc.constantFrom(EntryType.VALUE, EntryType.DELETION),
});
const table = fc.record({
  number: whole,
  size: whole,
  entries: whole,
  deletions: whole,
  rangeDeletions: whole,
  smallest: internalKey,
  largest: internalKey,
  smallestSequence: whole,
  largestSequence: whole,
});
const edit: fc.Arbitrary<VersionEdit> = fc.record({
  versionNumber: fc.integer({ min: 1, max: 2 ** 40 }),
  snapshot: fc.boolean(),
  formatVersion: fc.option(fc.constant(1), { nil: undefined }),
  comparator: fc.option(fc.constant("name"), { nil: undefined }),
  logNumber: fc.option(whole, { nil: undefined }),
  nextFileNumber: fc.option(whole, { nil: undefined }),
  lastSequence: fc.option(whole, { nil: undefined }),
  flushedSequence: fc.option(whole, { nil: undefined }),
  compactPointers: fc.array(fc.record({ level: fc.nat(6), key: internalKey }), { maxLength: 3 }),
  deleted: fc.array(fc.record({ level: fc.nat(6), number: whole }), { maxLength: 3 }),
  added: fc.array(fc.record({ level: fc.nat(6), table }), { maxLength: 3 }),
});

describe("encodings", () => {
  it("read back numbers and bytes as written, and refuse what is cut short", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(whole, fc.uint8Array({ maxLength: 40 }))), (items) => {
        const writer = new ByteWriter();
        for (const [number, string] of items) {
          writer.varint(number);
          writer.bytes(string);
          writer.fixed64(number);
          writer.fixed32(number >>> 0);
        }
        const written = writer.finish();
        const reader = new ByteReader(written);
        for (const [number, string] of items) {
          expect(reader.varint()).toBe(number);
          expect(reader.bytes()).toEqual(string);
          expect(reader.fixed64()).toBe(number);
          expect(reader.fixed32()).toBe(number >>> 0);
        }
        expect(reader.done).toBe(true);
        expect(() => reader.byte()).toThrow(MalformedBytesError);
      }),
    );
  });

  it("compute CRC-32C as RFC 3720 gives it", () => {
    expect(crc32c(new Uint8Array(32), 0, 32)).toBe(0x8a91_36aa);
    expect(crc32c(new Uint8Array(32).fill(0xff), 0, 32)).toBe(0x62a8_ab43);
    expect(
      crc32c(
        Uint8Array.from({ length: 32 }, (_, i) => i),
        0,
        32,
      ),
    ).toBe(0x46dd_794e);
    expect(crc32c(bytes("123456789"), 0, 9)).toBe(0xe306_9283);
    const text = bytes("abcdefgh\u0005\u0000\u0000\u0000\u0001\u0000\u0000\u0000");
    expect(crc32cNumber(0x1_0000_0005, crc32c(text, 0, 8))).toBe(crc32c(text, 0, 16));
  });

  it("read back version edits as written, and refuse a newer format and unknown fields", () => {
    fc.assert(
      fc.property(edit, (each) => {
        expect(decodeVersionEdit(encodeVersionEdit(each))).toEqual(each);
      }),
    );
    const newer = encodeVersionEdit({ ...snapshotEdit({ ...EMPTY_STATE, versionNumber: 1 }), formatVersion: 2 });
    expect(() => decodeVersionEdit(newer)).toThrow(FormatTooNewError);
    expect(() => decodeVersionEdit(new Uint8Array([99]))).toThrow(MalformedBytesError);
    expect(() => decodeVersionEdit(new Uint8Array(0))).toThrow(MalformedBytesError);
  });

  it("refuse edits that do not fit the version before", () => {
    const file = (number: number, from: string, to: string): VersionEdit["added"][number]["table"] => ({
      number,
      size: 1,
      entries: 1,
      deletions: 0,
      rangeDeletions: 0,
      smallest: { userKey: bytes(from), sequence: 1, type: EntryType.VALUE },
      largest: { userKey: bytes(to), sequence: 1, type: EntryType.VALUE },
      smallestSequence: 1,
      largestSequence: 1,
    });
    const empty: VersionEdit = { versionNumber: 1, snapshot: true, compactPointers: [], deleted: [], added: [] };
    const first = applyEdit(EMPTY_STATE, { ...empty, added: [{ level: 1, table: file(4, "b", "d") }] });
    const next = { ...empty, versionNumber: 2, snapshot: false };
    expect(applyEdit(first, next).levels).toEqual(first.levels);
    expect(() => applyEdit(first, { ...next, versionNumber: 3 })).toThrow("version 3 follows version 1");
    expect(() => applyEdit(first, { ...next, deleted: [{ level: 0, number: 4 }] })).toThrow("lacks");
    expect(() => applyEdit(first, { ...next, added: [{ level: 1, table: file(5, "d", "e") }] })).toThrow("overlap");
    const moved = applyEdit(first, {
      ...next,
      deleted: [{ level: 1, number: 4 }],
      added: [{ level: 2, table: file(4, "b", "d") }],
    });
    expect(moved.levels[2]?.[0]).toBe(first.levels[1]?.[0]);
  });

  it("read back write batches as written, and refuse broken ones", () => {
    const operation = fc.oneof(
      fc.record({
        type: fc.constant("put" as const),
        key: fc.uint8Array({ maxLength: 200 }),
        value: fc.uint8Array({ maxLength: 300 }),
      }),
      fc.record({ type: fc.constant("delete" as const), key: fc.uint8Array({ maxLength: 200 }) }),
    );
    fc.assert(
      fc.property(fc.array(operation), fc.nat(50), (operations, cut) => {
        const batch = new WriteBatch();
        for (const each of operations) {
          if (each.type === "put") batch.put(each.key, each.value);
          else batch.delete(each.key);
        }
        expect(batch.count).toBe(operations.length);
        expect(batch.operations()).toEqual(operations);
        expect(new WriteBatch().add(batch).add(batch).operations()).toEqual([...operations, ...operations]);
        const stored = batch.encoded(7).slice();
        expect(stored.length).toBe(Math.max(12, batch.byteLength));
        const broken = stored.slice(0, Math.max(0, stored.length - 1 - cut));
        expect(() => readBatch(broken)).toThrow(MalformedBytesError);
        expect(() => readBatch(new Uint8Array([...stored, 0]))).toThrow(MalformedBytesError);
      }),
    );
  });

  it("name files as LevelDB does, and know them again", () => {
    expect([manifestName(2), logName(3), tableName(1_234_567)]).toEqual([
      "MANIFEST-000002",
      "000003.log",
      "1234567.sst",
    ]);
    expect(parseFileName("000004.sst")).toEqual({ kind: "table", number: 4 });
    expect(parseFileName("MANIFEST-000002")).toEqual({ kind: "manifest", number: 2 });
    for (const name of ["4.sst", "000004.ldb", "MANIFEST-2", "CURRENT.old", "x000004.sst", "notes.txt"]) {
      expect(parseFileName(name)).toBeUndefined();
    }
    expect([joinPath("/", "a"), joinPath("/db", "a"), parentPath("/db"), parentPath("/a/b")]).toEqual([
      "/a",
      "/db/a",
      "/",
      "/a",
    ]);
  });
});
