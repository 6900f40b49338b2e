/** One change: a key's value, a deletion, or the deletion of all keys from one on up to before another. */
export type Change =
  | { readonly kind: "put"; readonly key: string; readonly value: string }
  | { readonly kind: "delete"; readonly key: string }
  | { readonly kind: "delete-range"; readonly from: string; readonly to: string };

/** What had been asked and promised at some moment, in numbers of writes: each counts the writes up to it, in order. */
export interface Promised {
  /** Writes that were handed to the database. Nothing beyond them can be there. */
  readonly begun: number;
  /** Up to the last that was acknowledged: what a death of the process must leave. */
  readonly acknowledged: number;
  /** Up to the last that was acknowledged as durable: what a loss of power must leave. */
  readonly durable: number;
  /** Checkpoints that were asked for, and those that were acknowledged. */
  readonly checkpoints: readonly CheckpointPromise[];
}

/** A checkpoint: whole from its acknowledgement on, and before that whole or absent. */
export interface CheckpointPromise {
  readonly directory: string;
  /** It holds what so many writes left. */
  readonly writes: number;
  readonly acknowledged: boolean;
}

export const NOTHING_PROMISED: Promised = { begun: 0, acknowledged: 0, durable: 0, checkpoints: [] };

/**
 * The oracle: what was asked of a database, in order, and what it has promised. Kept outside, where no crash reaches.
 *
 * A write is all of a batch. Writes are made in the order in which they began, so whatever survives must be what the
 * first so many of them left.
 */
export class Ledger {
  private readonly writes: (readonly Change[])[] = [];
  private acknowledged = 0;
  private durable = 0;
  private checkpoints: readonly CheckpointPromise[] = [];
  private readonly prefixes = new Map<string, number[]>();
  private indexed = -1;
  private readonly indexedContent = new Map<string, string>();

  /** A write is about to be made. @returns its place, for {@link acknowledge} */
  begin(changes: readonly Change[]): number {
    this.writes.push(changes);
    return this.writes.length;
  }

  /** A write was acknowledged, and with it all before: they are ahead of it in the log. */
  acknowledge(place: number, durable: boolean): void {
    this.acknowledged = Math.max(this.acknowledged, place);
    if (durable) this.durable = Math.max(this.durable, place);
  }

  /** All writes so far are durable: the database said so by closing in good order. */
  settle(): void {
    this.acknowledged = this.writes.length;
    this.durable = this.writes.length;
  }

  /** A checkpoint is about to be made, of all writes so far. */
  beginCheckpoint(directory: string): void {
    this.checkpoints = [...this.checkpoints, { directory, writes: this.writes.length, acknowledged: false }];
  }

  acknowledgeCheckpoint(directory: string): void {
    this.checkpoints = this.checkpoints.map((one) =>
      one.directory === directory ? { ...one, acknowledged: true } : one,
    );
  }

  get promised(): Promised {
    const { acknowledged, durable, checkpoints } = this;
    return { begun: this.writes.length, acknowledged, durable, checkpoints };
  }

  /** What the first `count` writes leave. */
  contentAfter(count: number): Map<string, string> {
    const content = new Map<string, string>();
    for (const changes of this.writes.slice(0, count)) for (const change of changes) apply(content, change);
    return content;
  }

  /** The numbers of writes that leave exactly this content, in order; none when it is no prefix of them. */
  prefixesWith(content: ReadonlyMap<string, string>): readonly number[] {
    if (this.indexed < 0) this.index(0);
    while (this.indexed < this.writes.length) {
      for (const change of this.writes[this.indexed] as readonly Change[]) apply(this.indexedContent, change);
      this.index(this.indexed + 1);
    }
    return this.prefixes.get(canonical(content)) ?? [];
  }

  /**
   * Compares what was found with what may be there.
   *
   * @returns what is wrong, or undefined
   */
  judge(content: ReadonlyMap<string, string>, least: number, most: number): string | undefined {
    const prefixes = this.prefixesWith(content);
    if (prefixes.some((count) => count >= least && count <= most)) return undefined;
    const found = prefixes[0];
    if (found !== undefined && found < least) {
      return `${least} writes were promised, and only the first ${prefixes.at(-1) ?? found} are there`;
    }
    if (found !== undefined) return `${most} writes were made so far, and what ${found} leave is there`;
    return `what is there is no prefix of the writes: ${this.describeDifference(content, least, most)}`;
  }

  private index(count: number): void {
    const text = canonical(this.indexedContent);
    const known = this.prefixes.get(text);
    if (known === undefined) this.prefixes.set(text, [count]);
    else known.push(count);
    this.indexed = count;
  }

  private describeDifference(content: ReadonlyMap<string, string>, least: number, most: number): string {
    let nearest: string[] | undefined;
    let at = least;
    for (let count = least; count <= most; count++) {
      const found = differences(content, this.contentAfter(count));
      if (nearest !== undefined && found.length >= nearest.length) continue;
      nearest = found;
      at = count;
    }
    return `nearest to it are the first ${at}, but ${(nearest ?? []).slice(0, 3).join("; ")}`;
  }
}

function apply(content: Map<string, string>, change: Change): void {
  switch (change.kind) {
    case "put":
      content.set(change.key, change.value);
      return;
    case "delete":
      content.delete(change.key);
      return;
    case "delete-range":
      for (const key of [...content.keys()]) if (key >= change.from && key < change.to) content.delete(key);
  }
}

function canonical(content: ReadonlyMap<string, string>): string {
  return [...content.keys()]
    .sort()
    .map((key) => `${key}=${content.get(key) ?? ""}`)
    .join("\n");
}

function differences(found: ReadonlyMap<string, string>, wanted: ReadonlyMap<string, string>): string[] {
  const keys = [...new Set([...found.keys(), ...wanted.keys()])].sort();
  return keys
    .filter((key) => found.get(key) !== wanted.get(key))
    .map((key) => `${key} is ${short(found.get(key))} instead of ${short(wanted.get(key))}`);
}

function short(value: string | undefined): string {
  if (value === undefined) return "absent";
  const printable = value.replaceAll(/[^\x20-\x7e]/g, "·");
  return printable.length > 16 ? `"${printable.slice(0, 15)}…"` : `"${printable}"`;
}
