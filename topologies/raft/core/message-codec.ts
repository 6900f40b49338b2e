import { type Codec, CodecError } from "../../../host/codec.ts";
import { type Configuration, configurationFrom } from "./configuration.ts";
import { type Entry, kindNumber, kindOfNumber } from "./entry.ts";
import type { Message, MessageKind } from "./messages.ts";

/** Raised when what a message means changes. */
export const MESSAGE_VERSION = 1;

/** What bytes turned out to be. */
export type DecodedMessage =
  | { readonly ok: true; readonly message: Message }
  | { readonly ok: false; readonly problem: MessageProblem; readonly detail: string };

/** Why bytes are no message for this node. */
export type MessageProblem =
  /** No message at all, or one whose fields make no sense. */
  | "malformed"
  /** Of a newer build than this. */
  | "newer-version"
  /** Of this version, but of a kind that it does not have. */
  | "unknown-kind"
  | "other-cluster";

/** Fields that every message has. */
const HEAD = 6;

/** Kinds by number. A number never changes its meaning. */
const KINDS: readonly MessageKind[] = [
  "pre-vote-request",
  "pre-vote-response",
  "vote-request",
  "vote-response",
  "append-request",
  "append-response",
  "heartbeat",
  "heartbeat-response",
  "snapshot",
  "timeout-now",
  "read-request",
  "read-response",
];

/**
 * Messages as bytes: a list of version, cluster, kind, sender, receiver, term, and what the kind has beside. Entries come
 * without their indexes, which go on from the one before.
 */
export class MessageCodec {
  private readonly codec: Codec;
  private readonly cluster: string;

  /** @param cluster tells messages of this cluster from those of another on the same network */
  constructor(codec: Codec, cluster: string) {
    this.codec = codec;
    this.cluster = cluster;
  }

  encode(message: Message): Uint8Array {
    const { kind, from, to, term } = message;
    const list: unknown[] = [MESSAGE_VERSION, this.cluster, KINDS.indexOf(kind), from, to, term];
    addFields(list, message);
    return this.codec.encode(list);
  }

  /** @returns a message whose payloads are views of `bytes`, or what is wrong with them; never throws for bytes */
  decode(bytes: Uint8Array): DecodedMessage {
    let list: unknown;
    try {
      list = this.codec.decode(bytes);
    } catch (error) {
      if (error instanceof CodecError) return problem("malformed", error.message);
      throw error;
    }
    if (!Array.isArray(list)) return problem("malformed", "it is no list");
    // By index, as in messageOf: there are more messages than anything else, and to take a list apart costs as much as to read it.
    const fields = list as readonly unknown[];
    const version = fields[0];
    if (!isNatural(version)) return problem("malformed", "it has no version");
    if (version > MESSAGE_VERSION) return problem("newer-version", `version ${version}, this is ${MESSAGE_VERSION}`);
    const cluster = fields[1];
    if (typeof cluster !== "string") return problem("malformed", "it names no cluster");
    if (cluster !== this.cluster) return problem("other-cluster", `cluster '${cluster.slice(0, 40)}'`);
    const kindAt = fields[2];
    if (!isNatural(kindAt)) return problem("malformed", "it has no kind");
    const kind = KINDS[kindAt];
    if (kind === undefined) return problem("unknown-kind", `kind ${kindAt}`);
    const from = fields[3];
    const to = fields[4];
    const term = fields[5];
    if (typeof from !== "string" || typeof to !== "string" || !isNatural(term)) {
      return problem("malformed", `${kind}: sender, receiver or term are not there`);
    }
    const message = messageOf(kind, { from, to, term }, fields);
    return message === undefined ? problem("malformed", `${kind}: its fields make no sense`) : { ok: true, message };
  }
}

function problem(kind: MessageProblem, detail: string): DecodedMessage {
  return { ok: false, problem: kind, detail };
}

function addFields(list: unknown[], message: Message): void {
  switch (message.kind) {
    case "pre-vote-request":
      list.push(message.lastIndex, message.lastTerm);
      return;
    case "vote-request":
      list.push(message.lastIndex, message.lastTerm, message.transfer);
      return;
    case "pre-vote-response":
    case "vote-response":
      list.push(message.granted);
      return;
    case "append-request": {
      const { prevIndex, prevTerm, commit, entries } = message;
      const flat: unknown[] = [];
      for (const { term, kind, payload } of entries) flat.push(term, kindNumber(kind), payload);
      list.push(prevIndex, prevTerm, commit, flat);
      return;
    }
    case "append-response":
      list.push(message.accepted, message.index, message.hintIndex, message.hintTerm);
      return;
    case "heartbeat":
      list.push(message.commit, message.round);
      return;
    case "heartbeat-response":
      list.push(message.round);
      return;
    case "snapshot": {
      const { voters, learners, removed } = message.configuration;
      list.push(message.index, message.indexTerm, [voters, learners, removed]);
      return;
    }
    case "timeout-now":
      return;
    case "read-request":
      list.push(message.context);
      return;
    case "read-response":
      list.push(message.context, message.index);
      return;
  }
}

interface Envelope {
  readonly from: string;
  readonly to: string;
  readonly term: number;
}

/** @param fields the whole list. @returns undefined when those behind its head are not those of the kind */
function messageOf(kind: MessageKind, envelope: Envelope, fields: readonly unknown[]): Message | undefined {
  const a = fields[HEAD];
  const b = fields[HEAD + 1];
  const c = fields[HEAD + 2];
  const d = fields[HEAD + 3];
  switch (kind) {
    case "pre-vote-request":
      return isNatural(a) && isNatural(b) ? { kind, ...envelope, lastIndex: a, lastTerm: b } : undefined;
    case "vote-request":
      return isNatural(a) && isNatural(b) && typeof c === "boolean"
        ? { kind, ...envelope, lastIndex: a, lastTerm: b, transfer: c }
        : undefined;
    case "pre-vote-response":
    case "vote-response":
      return typeof a === "boolean" ? { kind, ...envelope, granted: a } : undefined;
    case "append-request": {
      if (!isNatural(a) || !isNatural(b) || !isNatural(c)) return undefined;
      const entries = entriesOf(d, a, b, envelope.term);
      return entries && { kind, ...envelope, prevIndex: a, prevTerm: b, entries, commit: c };
    }
    case "append-response":
      return typeof a === "boolean" && isNatural(b) && isNatural(c) && isNatural(d)
        ? { kind, ...envelope, accepted: a, index: b, hintIndex: c, hintTerm: d }
        : undefined;
    case "heartbeat":
      return isNatural(a) && isNatural(b) ? { kind, ...envelope, commit: a, round: b } : undefined;
    case "heartbeat-response":
      return isNatural(a) ? { kind, ...envelope, round: a } : undefined;
    case "snapshot": {
      const configuration: Configuration | undefined = configurationFrom(c);
      if (!isNatural(a) || !isNatural(b) || b > envelope.term || configuration === undefined) return undefined;
      return { kind, ...envelope, index: a, indexTerm: b, configuration };
    }
    case "timeout-now":
      return { kind, ...envelope };
    case "read-request":
      return isNatural(a) ? { kind, ...envelope, context: a } : undefined;
    case "read-response":
      return isNatural(a) && isNatural(b) ? { kind, ...envelope, context: a, index: b } : undefined;
  }
}

/** Entries of terms that do not fall, from that of the entry before to the leader's: others would break any log. */
function entriesOf(flat: unknown, prevIndex: number, prevTerm: number, leaderTerm: number): Entry[] | undefined {
  if (!Array.isArray(flat) || flat.length % 3 !== 0 || prevTerm > leaderTerm) return undefined;
  const fields = flat as readonly unknown[];
  const entries: Entry[] = [];
  let before = prevTerm;
  for (let at = 0; at < fields.length; at += 3) {
    const term = fields[at];
    const kind = kindOfNumber(fields[at + 1]);
    const payload = fields[at + 2];
    if (!isNatural(term) || term < before || term > leaderTerm) return undefined;
    if (kind === undefined || !(payload instanceof Uint8Array)) return undefined;
    entries.push({ index: prevIndex + entries.length + 1, term, kind, payload });
    before = term;
  }
  return entries;
}

function isNatural(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
