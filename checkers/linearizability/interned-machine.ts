import type { HistoryValue } from "../history.ts";
import type { Machine, SecondLine } from "./machine.ts";
import { TransitionTable, UNSEEN } from "./transition-table.ts";

/** A machine whose states are looked up by what they hold, and whose transitions are worked out once each. */
export abstract class InternedMachine<Kind> implements Machine {
  initial = 0;
  kindOf = new Int32Array(0);
  eager = new Uint8Array(0);
  lazy = new Uint8Array(0);
  secondLine: SecondLine | undefined = undefined;

  protected readonly kinds: Kind[] = [];
  private readonly kindIds = new Map<string | number, number>();
  private readonly transitions = new TransitionTable();

  get bytes(): number {
    return this.transitions.bytes + this.stateBytes();
  }

  step(state: number, kind: number): number {
    const known = this.transitions.get(state, kind);
    if (known !== UNSEEN) return known;
    const next = this.work(state, this.kinds[kind] as Kind);
    this.transitions.add(state, kind, next);
    return next;
  }

  impossible(): boolean {
    return false;
  }

  settles(_state: number, _operation: number, _bound: number): boolean {
    return false;
  }

  hopeless(_state: number, _next: number, _operation: number): boolean {
    return false;
  }

  taken(_operation: number): void {}

  returned(_operation: number): void {}

  abstract describe(order: readonly number[]): HistoryValue;

  /** The next state, or ILLEGAL. */
  protected abstract work(state: number, kind: Kind): number;

  protected abstract stateBytes(): number;

  /** Begins anew with that many operations. */
  protected reset(size: number): void {
    this.kinds.length = 0;
    this.kindIds.clear();
    this.transitions.clear();
    if (this.kindOf.length < size) {
      this.kindOf = new Int32Array(2 * size);
      this.eager = new Uint8Array(2 * size);
      this.lazy = new Uint8Array(2 * size);
    }
    this.secondLine = undefined;
  }

  /** Says what an operation is. Those of the same identity are of the same kind. */
  protected assign(operation: number, identity: string | number, eager: boolean, make: () => Kind): void {
    let kind = this.kindIds.get(identity);
    if (kind === undefined) {
      kind = this.kinds.push(make()) - 1;
      this.kindIds.set(identity, kind);
      this.eager[kind] = eager ? 1 : 0;
      this.lazy[kind] = 0;
    }
    this.kindOf[operation] = kind;
  }
}
