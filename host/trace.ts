/** What a field of a trace event may hold: values that print the same everywhere and never change after the fact. */
export type TraceValue = string | number | boolean | undefined;

/**
 * The envelope of everything a node or a machine reports about itself. Each floor declares its own union of events; this
 * is what they have in common.
 */
export interface TraceEvent {
  /** What happened, in kebab-case: "flush-finished", "became-leader". */
  readonly kind: string;
  readonly [field: string]: TraceValue;
}
