import type { Effect } from "./effect.ts";
import type { PlannedFault } from "./fault.ts";

/**
 * What became of a planned fault: it made a difference; it struck and made none; it would have gone beyond the fault
 * model; its time did not come; or it means nothing on this topology.
 */
export type FaultFate = "fired" | "vain" | "withheld" | "not-due" | "inapplicable";

/** When and whom a fault struck. */
export interface StrikeReport {
  readonly hosts: readonly string[];
  /** Whether one of them held the role of a primary or leader at that moment. */
  readonly primary: boolean;
  /** True time, in nanoseconds. */
  readonly from: number;
  /** Infinity for what was still going on when the run ended. */
  readonly to: number;
}

export interface FaultReport {
  readonly planned: PlannedFault;
  readonly fate: FaultFate;
  /** Undefined for a fault that never struck. */
  readonly strike: StrikeReport | undefined;
  /** Whether it struck beyond the fault model. */
  readonly beyond: boolean;
}

/** A fault that has struck. */
export interface Strike {
  readonly planned: PlannedFault;
  readonly beyond: boolean;
  /** One for each host, where hosts are struck one by one. */
  readonly effects: readonly Effect[];
  readonly over: Set<Effect>;
  readonly hosts: readonly string[];
  readonly primary: boolean;
  readonly from: number;
  /** When the last of the effects ended; Infinity before. */
  to: number;
}

/** What is told of a strike when the run is over. */
export function strikeReport(strike: Strike | undefined): StrikeReport | undefined {
  if (strike === undefined) return undefined;
  const { hosts, primary, from, to } = strike;
  return { hosts, primary, from, to };
}
