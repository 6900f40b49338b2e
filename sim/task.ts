import type { Incarnation } from "./incarnation.ts";

/** A strand of a node's work: what an event is carried out for, and what a report names. */
export interface Task {
  /** Unique within a run, in order of creation. */
  readonly id: number;
  readonly name: string;
  readonly incarnation: Incarnation;
}
