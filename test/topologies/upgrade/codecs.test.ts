import fc from "fast-check";
import { expect, test } from "vitest";
import { MalformedBytesError } from "../../../engine/index.ts";
import { ControlProtocol, type Standing } from "../../../topologies/upgrade/control-protocol.ts";
import { type Foundation, foundationOf, historyBehind } from "../../../topologies/upgrade/foundation.ts";
import { levelOf } from "../../../topologies/upgrade/level.ts";
import { decodeProtocol, encodeProtocol, type NodeProtocol } from "../../../topologies/upgrade/protocol-file.ts";

const natural = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const text = fc.string({ unit: "grapheme-ascii", maxLength: 20 });
const epochs = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 100 }), fc.nat({ max: 100 })), { maxLength: 6 })
  .map((steps) => {
    let [epoch, after] = [0, 0];
    return steps.map(([later, more]) => ({ epoch: (epoch += later), after: (after += more) }));
  });
const foundation: fc.Arbitrary<Foundation> = fc
  .record({ epochs, digest: text, copies: fc.array(natural, { maxLength: 5 }), more: fc.nat({ max: 100 }) })
  .map(({ more, ...rest }) => {
    const { epoch, after } = rest.epochs.at(-1) ?? { epoch: 0, after: 0 };
    return { ...rest, last: { epoch, lsn: after + more } };
  });
const optional = fc.option(foundation, { nil: undefined });
const content: fc.Arbitrary<NodeProtocol> = fc.oneof(
  fc.record({ protocol: fc.constant("wal-stream" as const), frozen: fc.boolean(), sealed: optional }),
  fc.record({ protocol: fc.constant("raft" as const), begunWith: foundation }),
);
const stream = fc.record({
  cluster: natural,
  copy: natural,
  epoch: natural,
  promised: natural,
  lastEpoch: natural,
  lastLsn: natural,
  applied: natural,
  digest: text,
  whole: fc.boolean(),
  epochs,
});
const standing: fc.Arbitrary<Standing> = fc.record({
  node: text,
  protocol: fc.constantFrom("undecided" as const, "wal-stream" as const, "raft" as const),
  frozen: fc.boolean(),
  foundation: optional,
  leads: fc.boolean(),
  stream: fc.option(stream, { nil: undefined }),
});

test("the protocol's file comes back as it was written, or is seen to be damaged", () => {
  fc.assert(
    fc.property(content, fc.nat(), fc.integer({ min: 1, max: 255 }), (written, at, flip) => {
      const bytes = encodeProtocol(written);
      expect(decodeProtocol(bytes)).toEqual(written);
      const damaged = bytes.slice();
      damaged[at % damaged.length] = (damaged[at % damaged.length] as number) ^ flip;
      expect(() => decodeProtocol(damaged)).toThrow(MalformedBytesError);
    }),
  );
});

test("what nodes say, and what is asked of them, comes as it was sent", () => {
  const protocol = new ControlProtocol();
  fc.assert(
    fc.property(standing, foundation, fc.boolean(), (told, wanted, decided) => {
      expect(protocol.decodeStanding(protocol.encode(told))).toEqual(told);
      const answer = { done: decided, code: "not-level", standing: told };
      expect(protocol.decodeAnswer(protocol.encode(answer))).toEqual(answer);
      const seal = { ask: "seal", foundation: wanted } as const;
      expect(protocol.decodeRequest(protocol.encode(seal))).toEqual(seal);
      const convert = { ask: "convert", foundation: wanted, decided } as const;
      expect(protocol.decodeRequest(protocol.encode(convert))).toEqual(convert);
    }),
  );
});

test("bytes of anything are no request, and no error", () => {
  const protocol = new ControlProtocol();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      expect(protocol.decodeRequest(bytes)).toBeUndefined();
      expect(protocol.decodeStanding(bytes)).toBeUndefined();
      expect(protocol.decodeAnswer(bytes)).toBeUndefined();
    }),
  );
});

test("a beginning whose epochs are no history is none", () => {
  const sound = { last: { epoch: 4, lsn: 9 }, digest: "", copies: [1], epochs: [{ epoch: 4, after: 7 }] };
  expect(foundationOf(sound)).toEqual(sound);
  expect(historyBehind(sound).contains(4, 9)).toBe(true);
  expect(historyBehind(sound).contains(4, 10)).toBe(false);
  for (const wrong of [
    [{ epoch: 4, after: 10 }],
    [{ epoch: 8_191, after: 7 }],
    [
      { epoch: 4, after: 7 },
      { epoch: 4, after: 8 },
    ],
    [
      { epoch: 4, after: 7 },
      { epoch: 5, after: 6 },
    ],
  ])
    expect(foundationOf({ ...sound, epochs: wrong })).toBeUndefined();
});

const NODES = ["node-1", "node-2"] as const;

function level(node: string, copy: number): Standing {
  const own = { cluster: 7, copy, epoch: 4, promised: 4, lastEpoch: 4, lastLsn: 9, applied: 9, digest: "d" };
  const epochs = [{ epoch: 4, after: 7 }];
  const stream = { ...own, whole: true, epochs };
  return { node, protocol: "wal-stream", frozen: true, foundation: undefined, leads: false, stream };
}

test("all are level when all are known to hold the same, and none takes changes", () => {
  const [first, second] = [level("node-1", 1), level("node-2", 2)];
  expect(levelOf([second, first], NODES)).toEqual({
    last: { epoch: 4, lsn: 9 },
    digest: "d",
    copies: [1, 2],
    epochs: [{ epoch: 4, after: 7 }],
  });
  expect(levelOf([first], NODES)).toBeUndefined();
  expect(levelOf([first, { ...second, frozen: false }], NODES)).toBeUndefined();
  for (const differs of [
    { cluster: 8 },
    { copy: 0 },
    { epoch: 5 },
    { lastEpoch: 3 },
    { lastLsn: 10 },
    { applied: 8 },
    { digest: "e" },
    { whole: false },
  ]) {
    const other = { ...second, stream: { ...(second.stream as NonNullable<Standing["stream"]>), ...differs } };
    expect(levelOf([first, other], NODES), JSON.stringify(differs)).toBeUndefined();
  }
});
