import type { TraceRecord } from "../sim/trace.ts";

/** What became of a message. */
export const Fate = { DELIVERED: 0, DROPPED: 1, OPEN: 2 } as const;

/**
 * Messages as arrows from one machine to another, sorted by when they were sent. A message that the network delivered twice
 * is two arrows. Times are nanoseconds; ranks are positions in the trace.
 */
export interface Arrows {
  readonly count: number;
  /** Names of machines, which `from` and `to` are places in. */
  readonly hosts: readonly string[];
  readonly from: Uint16Array;
  readonly to: Uint16Array;
  readonly start: Float64Array;
  /** When it arrived, or was given up; of one that was still under way, the end of the run. */
  readonly end: Float64Array;
  readonly startRank: Float64Array;
  readonly endRank: Float64Array;
  /** See Fate. */
  readonly fate: Uint8Array;
  /** By record: the arrow that it begins or ends, -1 for none. */
  readonly arrowOf: Int32Array;
}

/** Pairs what was sent with what was delivered or dropped of it, by the network's number of the transmission. */
export function buildArrows(records: readonly TraceRecord[]): Arrows {
  const drafts: Draft[] = [];
  const under = new Map<number, Draft>();
  const hosts = new Map<string, number>();
  const place = (host: string): number => {
    const known = hosts.get(host);
    if (known !== undefined) return known;
    hosts.set(host, hosts.size);
    return hosts.size - 1;
  };
  for (const record of records) {
    const { kind, number, from, to } = record.data;
    if (typeof number !== "number" || typeof from !== "string" || typeof to !== "string") continue;
    if (kind === "message-sent") {
      const draft = { from: place(from), to: place(to), sent: record, ended: undefined, fate: Fate.OPEN };
      drafts.push(draft);
      under.set(number, draft);
      continue;
    }
    const fate = kind === "message-delivered" ? Fate.DELIVERED : kind === "message-dropped" ? Fate.DROPPED : undefined;
    const draft = under.get(number);
    if (fate === undefined || draft === undefined) continue;
    // What comes a second time is an arrow of its own, from the same sending.
    if (draft.ended !== undefined) drafts.push({ ...draft, ended: record, fate });
    else Object.assign(draft, { ended: record, fate });
  }
  // Sorting keeps equals in order, so the first arrival of a message stays before its second.
  drafts.sort((one, other) => one.sent.index - other.sent.index);
  return flatten(drafts, [...hosts.keys()], records);
}

interface Draft {
  readonly from: number;
  readonly to: number;
  readonly sent: TraceRecord;
  ended: TraceRecord | undefined;
  fate: number;
}

function flatten(drafts: readonly Draft[], hosts: readonly string[], records: readonly TraceRecord[]): Arrows {
  const last = records.at(-1);
  const arrowOf = new Int32Array(records.length).fill(-1);
  drafts.forEach(({ sent, ended }, arrow) => {
    if (arrowOf[sent.index] === -1) arrowOf[sent.index] = arrow;
    if (ended !== undefined) arrowOf[ended.index] = arrow;
  });
  const endOf = ({ sent, ended }: Draft): TraceRecord => ended ?? last ?? sent;
  return {
    count: drafts.length,
    hosts,
    from: Uint16Array.from(drafts, ({ from }) => from),
    to: Uint16Array.from(drafts, ({ to }) => to),
    start: Float64Array.from(drafts, ({ sent }) => sent.time),
    end: Float64Array.from(drafts, (draft) => endOf(draft).time),
    startRank: Float64Array.from(drafts, ({ sent }) => sent.index),
    endRank: Float64Array.from(drafts, (draft) => endOf(draft).index),
    fate: Uint8Array.from(drafts, ({ fate }) => fate),
    arrowOf,
  };
}
