import type { Duration } from "../../host/time.ts";
import type { PacketKind } from "./packet.ts";

/** What a rule may look at. */
export interface PacketFacts {
  readonly from: string;
  readonly to: string;
  readonly kind: PacketKind;
  /** Bytes on the wire, headers included. */
  readonly size: number;
}

/** What becomes of a packet: the next rule decides, it is lost, or it arrives after exactly that delay. */
export type Verdict =
  { readonly fate: "pass" } | { readonly fate: "drop" } | { readonly fate: "deliver"; readonly delay: Duration };

export const PASS: Verdict = Object.freeze({ fate: "pass" });
export const DROP: Verdict = Object.freeze({ fate: "drop" });

/** Arrival after `delay` nanoseconds, whatever the link's own latency, queue and faults would have made of it. */
export function deliverAfter(delay: Duration): Verdict {
  if (!Number.isSafeInteger(delay) || delay < 0) {
    throw new RangeError(`a packet's delay must be whole nanoseconds, not negative, got ${delay}`);
  }
  return Object.freeze({ fate: "deliver", delay });
}

/** Decides a packet at the moment it is sent, or released from a clog. A host's packets to itself are never asked about. */
export type Rule = (packet: PacketFacts) => Verdict;

/** Takes back what was added; a second call does nothing. */
export interface Guard {
  remove(): void;
}

/** Rules in the order in which they were added; the first that does not pass decides. */
export class RuleChain {
  private rules: readonly Rule[] = [];

  get empty(): boolean {
    return this.rules.length === 0;
  }

  add(rule: Rule): Guard {
    // Wrapped, so that the same rule added twice is two, each with a guard of its own.
    const entry: Rule = (packet) => rule(packet);
    this.rules = [...this.rules, entry];
    return {
      remove: () => {
        this.rules = this.rules.filter((other) => other !== entry);
      },
    };
  }

  decide(packet: PacketFacts): Verdict {
    for (const rule of this.rules) {
      const verdict = rule(packet);
      if (verdict.fate !== "pass") return verdict;
    }
    return PASS;
  }
}
