import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Codec } from "../../../../host/codec.ts";
import { MESSAGE_VERSION, MessageCodec } from "../../../../topologies/raft/core/message-codec.ts";
import type { Message } from "../../../../topologies/raft/core/messages.ts";

const natural = fc.nat(2 ** 31 - 1);
const envelope = { from: fc.string(), to: fc.string(), term: fc.nat(1_000) };
const names = fc.array(fc.string(), { maxLength: 5 });

const entries = fc.array(
  fc.record({
    kind: fc.constantFrom("normal" as const, "noop" as const, "configuration" as const),
    payload: fc.uint8Array(),
  }),
  { maxLength: 5 },
);

const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("pre-vote-request" as const),
    ...envelope,
    lastIndex: natural,
    lastTerm: natural,
  }),
  fc.record({
    kind: fc.constant("vote-request" as const),
    ...envelope,
    lastIndex: natural,
    lastTerm: natural,
    transfer: fc.boolean(),
  }),
  fc.record({
    kind: fc.constantFrom("pre-vote-response" as const, "vote-response" as const),
    ...envelope,
    granted: fc.boolean(),
  }),
  fc
    .record({ ...envelope, prevIndex: natural, commit: natural, entries })
    .map(({ from, to, term, prevIndex, commit, entries: list }): Message => ({
      kind: "append-request",
      from,
      to,
      term,
      prevIndex,
      prevTerm: Math.floor(term / 2),
      commit,
      entries: list.map((entry, at) => ({ ...entry, index: prevIndex + at + 1, term })),
    })),
  fc.record({
    kind: fc.constant("append-response" as const),
    ...envelope,
    accepted: fc.boolean(),
    index: natural,
    hintIndex: natural,
    hintTerm: natural,
  }),
  fc.record({ kind: fc.constant("heartbeat" as const), ...envelope, commit: natural, round: natural }),
  fc.record({ kind: fc.constant("heartbeat-response" as const), ...envelope, round: natural }),
  fc.record({
    kind: fc.constant("snapshot" as const),
    ...envelope,
    index: natural,
    indexTerm: fc.constant(0),
    configuration: fc.record({ voters: names, learners: names, removed: names }),
  }),
  fc.record({ kind: fc.constant("timeout-now" as const), ...envelope }),
  fc.record({ kind: fc.constant("read-request" as const), ...envelope, context: fc.maxSafeNat() }),
  fc.record({ kind: fc.constant("read-response" as const), ...envelope, context: fc.maxSafeNat(), index: natural }),
);

const codec = new Codec();
const messages = new MessageCodec(codec, "here");

const problemOf = (list: unknown): string => {
  const decoded = messages.decode(codec.encode(list));
  return decoded.ok ? "none" : decoded.problem;
};

describe("messages as bytes", () => {
  it("come back as they were", () => {
    fc.assert(
      fc.property(message, (each) => {
        expect(messages.decode(messages.encode(each))).toEqual({ ok: true, message: each });
      }),
    );
  });

  it("that are damaged are a message or a problem, and never an error", () => {
    fc.assert(
      fc.property(message, fc.nat(), fc.nat(255), (each, at, byte) => {
        const bytes = messages.encode(each);
        bytes[at % bytes.length] = byte;
        expect(typeof messages.decode(bytes).ok).toBe("boolean");
        expect(typeof messages.decode(bytes.subarray(0, at % bytes.length)).ok).toBe("boolean");
      }),
    );
  });

  it("are told apart by why they are for nobody here", () => {
    const head = ["a", "b", 3];
    expect(problemOf([MESSAGE_VERSION, "here", 9, ...head])).toBe("none");
    expect(problemOf([MESSAGE_VERSION, "there", 9, ...head])).toBe("other-cluster");
    expect(problemOf([MESSAGE_VERSION + 1, "here", 9, ...head])).toBe("newer-version");
    expect(problemOf([MESSAGE_VERSION, "here", 99, ...head])).toBe("unknown-kind");
    expect(problemOf([MESSAGE_VERSION, "here", 9, "a", "b", -3])).toBe("malformed");
    expect(problemOf([MESSAGE_VERSION, "here", 6, ...head, 1])).toBe("malformed");
    expect(problemOf({ kind: "heartbeat" })).toBe("malformed");
  });

  it("carry no entries of terms that fall, or of terms to come", () => {
    const append = (prevTerm: number, ...terms: readonly number[]): unknown[] => [
      ...[MESSAGE_VERSION, "here", 4, "a", "b", 3, 7, prevTerm, 0],
      terms.flatMap((term) => [term, 0, new Uint8Array(1)]),
    ];
    expect(problemOf(append(1, 1, 2, 3))).toBe("none");
    expect(problemOf(append(2, 1))).toBe("malformed");
    expect(problemOf(append(1, 2, 1))).toBe("malformed");
    expect(problemOf(append(1, 4))).toBe("malformed");
  });
});
