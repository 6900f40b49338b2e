import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Codec } from "../../host/codec.ts";
import { OPERATION_LIMITS } from "../../topologies/decode-operation.ts";
import type { ClientOperation } from "../../topologies/operation.ts";
import { ClientProtocol, ProtocolError } from "../../topologies/protocol.ts";

const text = fc.string({ unit: "grapheme", maxLength: 30 });
const account = text.filter((name) => name !== "__proto__");
const whole = fc.maxSafeInteger().map((value) => value + 0);
const amount = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const step = fc.oneof(fc.tuple(fc.constant("r" as const), text), fc.tuple(fc.constant("append" as const), text, whole));
const operation: fc.Arbitrary<ClientOperation> = fc.oneof(
  fc.record({ op: fc.constantFrom("read", "delete", "read-counter", "read-set"), key: text }),
  fc.record({ op: fc.constant("write" as const), key: text, value: text }),
  fc.record({ op: fc.constant("cas" as const), key: text, from: fc.option(text), to: text }),
  fc.record({ op: fc.constant("increment" as const), key: text, delta: whole }),
  fc.record({ op: fc.constant("add" as const), key: text, element: whole }),
  fc.record({ op: fc.constant("transfer" as const), from: account, to: account, amount }),
  fc.record({ op: fc.constant("deposit" as const), keys: fc.array(account), amount }),
  fc.record({ op: fc.constant("read-accounts" as const), keys: fc.array(account) }),
  fc.record({ op: fc.constant("txn" as const), steps: fc.array(step) }),
  fc.record({
    op: fc.constant("scan" as const),
    from: text,
    limit: fc.integer({ min: 1, max: OPERATION_LIMITS.scan }),
  }),
);

describe("a request", () => {
  const protocol = new ClientProtocol();
  const codec = new Codec();

  test("carries every operation unchanged", () => {
    fc.assert(
      fc.property(operation, (given) => {
        expect(protocol.decodeRequest(protocol.encode(given))).toEqual({ operation: given, terms: {} });
      }),
      { numRuns: 2000 },
    );
  });

  test("of arbitrary bytes, or of an operation's bytes with some changed, is an operation or refused, and nothing else", () => {
    const damaged = fc
      .tuple(operation, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }))
      .map(([given, changes]) => {
        const bytes = protocol.encode(given);
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        return bytes;
      });
    let decoded = 0;
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 60 })), (bytes) => {
        try {
          const found = protocol.decodeRequest(bytes);
          decoded++;
          const again = protocol.encodeRequest(found.operation, found.terms);
          expect(protocol.decodeRequest(again)).toEqual(found);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
      { numRuns: 5000 },
    );
    expect(decoded).toBeGreaterThan(100);
  });

  test.each([
    ["no operation", { op: "drop", key: "k" }],
    ["no key", { op: "read" }],
    ["a key that is no text", { op: "read", key: 7 }],
    ["a key that is too long", { op: "read", key: "k".repeat(OPERATION_LIMITS.key + 1) }],
    ["a value that is too long", { op: "write", key: "k", value: "v".repeat(OPERATION_LIMITS.value + 1) }],
    ["half a character", { op: "write", key: "k", value: "a\ud800b" }],
    ["no value", { op: "write", key: "k" }],
    ["nothing to compare with", { op: "cas", key: "k", to: "x" }],
    ["nothing to set", { op: "cas", key: "k", from: null, to: null }],
    ["part of a number", { op: "increment", key: "k", delta: 1.5 }],
    ["a number too large to be exact", { op: "add", key: "k", element: 2 ** 53 }],
    ["nothing to pay", { op: "transfer", from: "a", to: "b", amount: 0 }],
    ["a transfer backwards", { op: "transfer", from: "a", to: "b", amount: -5 }],
    ["an account that cannot be answered", { op: "read-accounts", keys: ["__proto__"] }],
    ["keys that are no list", { op: "deposit", keys: { a: 1 }, amount: 1 }],
    ["too many keys", { op: "deposit", keys: Array.from({ length: 1001 }, (_, i) => `${i}`), amount: 1 }],
    ["a step of another kind", { op: "txn", steps: [["w", "k", 1]] }],
    ["a step that is too short", { op: "txn", steps: [["append", "k"]] }],
    ["a step that is too long", { op: "txn", steps: [["r", "k", 1]] }],
    ["a scan of nothing", { op: "scan", from: "", limit: 0 }],
    ["a scan without an end", { op: "scan", from: "", limit: OPERATION_LIMITS.scan + 1 }],
  ])("with %s is refused", (_what, message) => {
    const bytes = codec.encode(message);
    expect(() => protocol.decodeRequest(bytes)).toThrow(ProtocolError);
  });

  test("loses what no operation has", () => {
    const bytes = codec.encode({ op: "read", key: "k", value: "v", extra: true });
    expect(protocol.decodeRequest(bytes)).toEqual({ operation: { op: "read", key: "k" }, terms: {} });
  });

  test("carries what is asked for beside the operation", () => {
    const read = { op: "read", key: "k" } as const;
    for (const terms of [{ atLeast: 2 ** 41 + 7 }, { staleness: 0 }, { sync: "semi" }, {}] as const) {
      expect(protocol.decodeRequest(protocol.encodeRequest(read, terms))).toEqual({ operation: read, terms });
    }
  });

  test.each([
    ["no position", { atLeast: -1 }],
    ["half a position", { atLeast: 1.5 }],
    ["no duration", { staleness: "1 s" }],
    ["another way to wait", { sync: "most" }],
  ])("that asks for %s is refused, rather than answered with less", (_what, terms) => {
    const bytes = codec.encode({ op: "read", key: "k", ...terms });
    expect(() => protocol.decodeRequest(bytes)).toThrow(ProtocolError);
  });
});
