interface Held<Value> {
  /** What it was before anything held it. */
  readonly base: Value;
  readonly holds: readonly { readonly value: Value }[];
}

/**
 * A property that faults hold at some value, of many targets. Of several holds at once the latest counts, as it does with
 * links; whichever ends first, the property is as it was only when all have ended.
 */
export class Overlap<Target, Value> {
  private readonly held = new Map<Target, Held<Value>>();
  private readonly read: (target: Target) => Value;
  private readonly write: (target: Target, value: Value) => void;

  constructor(read: (target: Target) => Value, write: (target: Target, value: Value) => void) {
    this.read = read;
    this.write = write;
  }

  /** Holds the property of a target at a value. @returns ends the hold; a second call does nothing */
  hold(target: Target, value: Value): () => void {
    const { base, holds } = this.held.get(target) ?? { base: this.read(target), holds: [] };
    const hold = { value };
    this.held.set(target, { base, holds: [...holds, hold] });
    this.write(target, value);
    return () => this.release(target, hold);
  }

  private release(target: Target, hold: { readonly value: Value }): void {
    const held = this.held.get(target);
    if (held === undefined || !held.holds.includes(hold)) return;
    const holds = held.holds.filter((each) => each !== hold);
    const [latest] = holds.slice(-1);
    if (latest === undefined) this.held.delete(target);
    else this.held.set(target, { ...held, holds });
    this.write(target, (latest ?? { value: held.base }).value);
  }
}
