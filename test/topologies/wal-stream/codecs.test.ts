import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MalformedBytesError } from "../../../engine/index.ts";
import { EpochHistory } from "../../../topologies/wal-stream/epoch-history.ts";
import { FrameError, FrameWriter } from "../../../topologies/wal-stream/frames.ts";
import { decodeMetadata, encodeMetadata, type Metadata } from "../../../topologies/wal-stream/metadata.ts";
import { decodeMessage, encodeMessage, type StreamMessage } from "../../../topologies/wal-stream/stream-protocol.ts";

const natural = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const bytes = fc.uint8Array({ maxLength: 40 });
const text = fc.string({ unit: "grapheme-ascii", maxLength: 20 });
const position = fc.record({ epoch: natural, lsn: fc.nat({ max: 1_000_000 }) });
const history = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 100 }), fc.nat({ max: 100 })), { maxLength: 6 })
  .map((steps) =>
    steps.reduce(
      (grown, [epoch, more]) => grown.followedBy(grown.last + epoch, grown.lastStart + more),
      new EpochHistory([]),
    ),
  );
const changes = fc.array(fc.record({ key: bytes, value: fc.option(bytes, { nil: undefined }) }), { maxLength: 4 });

const messages: fc.Arbitrary<StreamMessage> = fc.oneof(
  fc.record({
    kind: fc.constant("hello"),
    node: text,
    promised: natural,
    history,
    last: natural,
    wholeFrom: position,
    empty: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("ack"),
    received: natural,
    flushed: natural,
    applied: natural,
    consistent: fc.boolean(),
    clock: natural,
    ping: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("fetch"), keys: fc.array(bytes, { maxLength: 4 }) }),
  fc.record({ kind: fc.constant("welcome"), epoch: natural, history }),
  fc.record({ kind: fc.constant("diverged"), epoch: natural, ancestor: natural }),
  fc.record({
    kind: fc.constant("snapshot"),
    epoch: natural,
    history,
    applied: position,
    digest: text,
    files: fc.array(fc.record({ name: text, bytes: natural }), { maxLength: 4 }),
  }),
  fc.record({ kind: fc.constant("chunk"), file: natural, offset: natural, bytes }),
  fc.record({ kind: fc.constant("snapshot-end"), checksums: fc.array(fc.nat({ max: 0xffffffff }), { maxLength: 4 }) }),
  fc.record({ kind: fc.constant("fetched"), at: natural, changes }),
  fc
    .record({
      kind: fc.constant("entries"),
      epoch: natural,
      previous: position,
      published: natural,
      digest: text,
      echo: natural,
      payloads: fc.array(fc.tuple(natural, bytes), { maxLength: 4 }),
    })
    .map(({ payloads, ...rest }) => ({
      ...rest,
      entries: payloads.map(([epoch, payload], at) => ({ epoch, lsn: rest.previous.lsn + 1 + at, payload })),
    })),
  fc.record({ kind: fc.constant("refused"), code: text, reason: text }),
);

describe("frames", () => {
  test("carry every message unchanged, one after the other in the same buffer", () => {
    const writer = new FrameWriter();
    fc.assert(
      fc.property(natural, messages, (cluster, message) => {
        const received = encodeMessage(writer, cluster, message).slice();
        encodeMessage(writer, 0, { kind: "refused", code: "overwrites", reason: "what was there" });
        expect(decodeMessage(received)).toEqual({ cluster, message });
      }),
      { numRuns: 1_000 },
    );
  });

  test("with any bit flipped, or cut or prolonged anywhere, are refused whole", () => {
    const writer = new FrameWriter();
    fc.assert(
      fc.property(messages, fc.nat(), fc.nat(), (message, at, how) => {
        const frame = encodeMessage(writer, 7, message).slice();
        const flipped = frame.slice();
        flipped[at % frame.length] = (flipped[at % frame.length] as number) ^ (1 << (how % 8));
        expect(() => decodeMessage(flipped)).toThrow(FrameError);
        expect(() => decodeMessage(frame.slice(0, at % frame.length))).toThrow(FrameError);
        expect(() => decodeMessage(new Uint8Array([...frame, how & 0xff]))).toThrow(FrameError);
      }),
      { numRuns: 1_000 },
    );
  });

  test("whatever bytes come, are read or refused", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (received) => {
        expect(() => decodeMessage(received)).toThrow(FrameError);
      }),
    );
  });
});

describe("metadata", () => {
  const metadata: fc.Arbitrary<Metadata> = fc.record({
    cluster: natural,
    generation: natural,
    copy: natural,
    role: fc.constantFrom("primary", "replica"),
    history,
    promised: natural,
    promisedTo: text,
    branch: natural,
    suspect: fc.boolean(),
  });

  test("are read as they were written", () => {
    fc.assert(
      fc.property(metadata, (written) => {
        expect(decodeMetadata(encodeMetadata(written))).toEqual(written);
      }),
    );
  });

  test("with any bit flipped or cut anywhere are refused", () => {
    fc.assert(
      fc.property(metadata, fc.nat(), fc.nat({ max: 7 }), (written, at, bit) => {
        const stored = encodeMetadata(written);
        const flipped = stored.slice();
        flipped[at % stored.length] = (flipped[at % stored.length] as number) ^ (1 << bit);
        expect(() => decodeMetadata(flipped)).toThrow(MalformedBytesError);
        expect(() => decodeMetadata(stored.slice(0, at % stored.length))).toThrow(MalformedBytesError);
      }),
    );
  });
});
