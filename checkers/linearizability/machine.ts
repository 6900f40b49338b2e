import type { HistoryValue } from "../history.ts";

/** No state: what the operation answered cannot be so in that state. */
export const ILLEGAL = -1;

/** Later than everything. Positions of entries are smaller. */
export const NEVER = 0x7fffffff;

/**
 * A second line of time on which operations have their place too, known from what they answered. Operation a must take
 * effect before operation b when `until[a] < from[b]`, as on the first line.
 */
export interface SecondLine {
  /** By operation; -1 where nothing need come before. */
  readonly from: Int32Array;
  /** By operation; NEVER where nothing need come after. */
  readonly until: Int32Array;
}

/**
 * A sequential object for one subject. States and kinds of operation are small whole numbers: operations of the same kind do
 * the same, so that the search need not tell them apart. Operations are numbered as the subject lists them.
 */
export interface Machine {
  /** The state before the first operation. */
  readonly initial: number;
  /** By operation, its kind. */
  readonly kindOf: Int32Array;
  /**
   * By kind: 1 when such an operation is taken as soon as it can be, because that never spoils an order. So it is with
   * one that leaves every state as it is: put first, before what else remains, it is as legal, and the rest meets the same
   * states as without it.
   */
  readonly eager: Uint8Array;
  /**
   * By kind: 1 when such an operation is not taken before it is the next to complete, because putting it off never spoils an
   * order.
   */
  readonly lazy: Uint8Array;
  readonly secondLine: SecondLine | undefined;
  /** Bytes held for states and transitions. */
  readonly bytes: number;
  /** The state that an operation of that kind leads to, or ILLEGAL. */
  step(state: number, kind: number): number;
  /** Whether no order can exist, as what operations need exceeds what others provide. */
  impossible(): boolean;
  /**
   * Whether taking an operation that changes the state spoils no order either. All operations invoked up to the position
   * `bound` may be taken.
   */
  settles(state: number, operation: number, bound: number): boolean;
  /** Whether, after that operation has led from one state to the other, no order of what remains can be completed. */
  hopeless(state: number, next: number, operation: number): boolean;
  /** The operation has been taken into the order. */
  taken(operation: number): void;
  /** The operation has been taken out of the order again. */
  returned(operation: number): void;
  /** What the object holds after these operations in this order, for people to read. */
  describe(order: readonly number[]): HistoryValue;
}
