import { batch, computed, effect, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { Message } from "../../checkers/message.ts";
import { Weight } from "../../report/mark.ts";
import type { LaneKind } from "../../report/lanes.ts";
import { messageOf } from "../../report/record-message.ts";
import { Moments } from "../../report/moments.ts";
import type { MessageId } from "../../report/messages/english.ts";
import { render, type Language } from "../../report/messages/render.ts";
import type { TraceRecord } from "../../sim/trace.ts";
import { findRecords } from "../events/find-records.ts";
import { matcherOf } from "../events/match.ts";
import { parseQuery, type Query, type Status } from "../events/query.ts";
import { including, lengthOf, panned, zoomed, type Range } from "./range.ts";
import type { ScaleKind } from "./scales.ts";
import type { RunSource } from "./run-source.ts";
import { Flag, TimelineModel } from "./timeline-model.ts";

const isCausal = (status: string): boolean => status === "past" || status === "future";

/** Which lanes can be shown or hidden. */
export const LAYERS = ["faults", "client", "lsm", "network", "messages"] as const;

export type Layer = (typeof LAYERS)[number];

/** What the screens of one run share: the moment that they are at, what is selected, what is searched for. */
export class RunView {
  readonly source: RunSource;
  readonly model: TimelineModel;
  readonly language: ReadonlySignal<Language>;
  /** The moment that the page is at: a record, and all before it. */
  readonly cursor: Signal<number>;
  readonly selected = signal<number | undefined>(undefined);
  readonly scale = signal<ScaleKind>("time");
  readonly range: Signal<Range>;
  readonly hidden = signal<ReadonlySet<Layer>>(new Set());
  readonly search = signal("");
  readonly query: ReadonlySignal<Query> = computed(() => parseQuery(this.search.value));
  /** By record, 1 for what the search has found so far; undefined when nothing is searched for. */
  readonly found = signal<Uint8Array | undefined>(undefined);
  /** How many those are. */
  readonly matches = signal(0);
  /** Whether the search is still going on. */
  readonly searching = signal(false);
  /** By record. See Flag. */
  readonly flags: ReadonlySignal<Uint8Array>;
  private knownMoments: Moments | undefined;
  private readonly stops: (() => void)[] = [];

  constructor(source: RunSource, language: ReadonlySignal<Language>) {
    this.source = source;
    this.language = language;
    this.model = new TimelineModel(source);
    this.cursor = signal(source.story?.record?.index ?? Math.max(0, source.records.length - 1));
    this.range = signal(this.model.scales.whole("time"));
    this.flags = computed(() => this.model.flagsOf(this.selected.value, this.found.value));
    this.stops.push(effect(() => this.runSearch()));
  }

  /** No longer searches. */
  dispose(): void {
    for (const stop of this.stops) stop();
  }

  get moments(): Moments {
    const { records, machines, states } = this.source;
    return (this.knownMoments ??= new Moments(records, machines, states));
  }

  get records(): readonly TraceRecord[] {
    return this.source.records;
  }

  get whole(): Range {
    return this.model.scales.whole(this.scale.value);
  }

  get least(): number {
    return this.model.scales.least(this.scale.value);
  }

  /** Where the cursor stands on the scale. */
  get place(): number {
    return this.model.scales.placeOf(this.cursor.value, this.scale.value);
  }

  shows(kind: LaneKind): boolean {
    return !this.hidden.value.has(kind as Layer);
  }

  /** Goes to a record and selects it, and shows it if it is outside the window. */
  select(rank: number): void {
    if (this.records[rank] === undefined) return;
    batch(() => {
      this.selected.value = rank;
      this.moveTo(rank);
    });
  }

  /** Goes to a moment, whatever is selected. */
  moveTo(rank: number): void {
    batch(() => {
      this.cursor.value = Math.min(Math.max(rank, 0), Math.max(0, this.records.length - 1));
      this.range.value = including(this.range.peek(), this.whole, this.place);
    });
  }

  clear(): void {
    this.selected.value = undefined;
  }

  /** Looks at a record from close by. */
  focus(rank: number): void {
    batch(() => {
      this.select(rank);
      const { whole, least, place } = this;
      const length = Math.max(lengthOf(whole) / 40, least);
      if (lengthOf(this.range.peek()) <= length * 1.01) return;
      this.range.value = zoomed({ from: place - length / 2, to: place + length / 2 }, whole, least, 1, place);
    });
  }

  setScale(scale: ScaleKind): void {
    const before = this.scale.peek();
    if (scale === before) return;
    batch(() => {
      const range = this.model.scales.convert(this.range.peek(), before, scale);
      this.scale.value = scale;
      this.setRange(range);
    });
  }

  setRange(range: Range): void {
    this.range.value = zoomed(range, this.whole, this.least, 1, range.from);
  }

  /** By a share of the window's length. */
  pan(share: number): void {
    const range = this.range.peek();
    this.range.value = panned(range, this.whole, share * lengthOf(range));
  }

  /** Around a place, or the cursor where it is in the window, or else the middle. */
  zoom(factor: number, anchor?: number): void {
    const range = this.range.peek();
    const { place } = this;
    const inside = place >= range.from && place <= range.to;
    const around = anchor ?? (inside ? place : (range.from + range.to) / 2);
    this.range.value = zoomed(range, this.whole, this.least, factor, around);
  }

  fit(): void {
    this.range.value = this.whole;
  }

  toggle(layer: Layer): void {
    const hidden = new Set(this.hidden.peek());
    if (!hidden.delete(layer)) hidden.add(layer);
    this.hidden.value = hidden;
  }

  /** The next record that the search found, or the one before; around the end to the other. */
  nextMatch(step: 1 | -1): number | undefined {
    const found = this.found.peek();
    const count = this.records.length;
    if (found === undefined) return undefined;
    const from = this.cursor.peek();
    for (let away = 1; away <= count; away++) {
      const at = (from + step * away + count * 2) % count;
      if (found[at] === 1) return at;
    }
    return undefined;
  }

  /** A message of the catalogue, in the language of the page. */
  say(id: MessageId, params: Message["params"] = {}): string {
    return render({ id, params }, this.language.value);
  }

  /** What a record says, in the language of the page. */
  sentence(record: TraceRecord): string {
    return render(messageOf(record.data), this.language.value);
  }

  hasStatus(record: TraceRecord, status: Status): boolean {
    const { kind } = record.data;
    switch (status) {
      case "ok":
        return kind === "client-answered";
      case "failed":
        return kind === "client-refused" && record.data["outcome"] === "failed";
      case "unknown":
        return kind === "client-refused" && record.data["outcome"] !== "failed";
      case "wrong":
        return this.weightOf(record.index) >= Weight.WRONG;
      case "violation":
        return record === this.source.violation;
      case "past":
        return ((this.causal()[record.index] ?? 0) & (Flag.PAST | Flag.SELECTED)) !== 0;
      case "future":
        return ((this.causal()[record.index] ?? 0) & (Flag.FUTURE | Flag.SELECTED)) !== 0;
    }
  }

  /** How much what shows a record matters; see Weight. */
  weightOf(rank: number): number {
    const { laneOf, markOf, lanes } = this.model.lanes;
    return lanes[laneOf[rank] ?? -1]?.marks.weight[markOf[rank] ?? 0] ?? 0;
  }

  private causalFor: number | undefined;
  private causalFlags: Uint8Array = new Uint8Array(0);

  /** What the selection is caused by and causes. Made when a search asks for it. */
  private causal(): Uint8Array {
    const selected = this.selected.value;
    if (this.causalFor !== selected || this.causalFlags.length === 0) {
      this.causalFor = selected;
      this.causalFlags = this.model.flagsOf(selected, undefined);
    }
    return this.causalFlags;
  }

  /** Looks for what the query asks for, a slice at a time, so that the page goes on meanwhile. @returns what stops it */
  private runSearch(): () => void {
    const query = this.query.value;
    // What a sentence says depends on the language, and what is in the past or future on the selection.
    void this.language.value;
    const causal = query.tokens.some(({ field, values }) => field === "status" && values.some(isCausal));
    if (causal) void this.selected.value;
    if (query.tokens.length === 0) {
      batch(() => {
        this.found.value = undefined;
        this.matches.value = 0;
        this.searching.value = false;
      });
      return () => undefined;
    }
    const matches = matcherOf(query, {
      sentence: (record) => this.sentence(record),
      has: (record, status) => this.hasStatus(record, status),
    });
    this.searching.value = true;
    return findRecords(this.records, matches, ({ marks, count }) =>
      batch(() => {
        this.found.value = marks;
        this.matches.value = count;
        this.searching.value = false;
      }),
    );
  }
}
