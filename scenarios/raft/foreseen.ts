import { hold } from "../foreseen.ts";
import type { Expectation, FindingKind } from "../scenario.ts";

/** What must be seen of Raft as the document writes it, and what may be seen as well. */
export function asWritten(finding: FindingKind, ...also: readonly FindingKind[]): Expectation {
  return { kind: "violates", finding, withinSeeds: 20, also };
}

/** The modes that keep what they promise. */
export const CAREFUL = ["raft:read-index", "raft:lease", "raft:leader"] as const;

/** What is foreseen of every mode of Raft: three keep what they promise, the one as written does not. */
export function raftModes(
  finding: FindingKind,
  ...also: readonly FindingKind[]
): readonly (readonly [topology: string, expectation: Expectation])[] {
  return [...hold(...CAREFUL), ["raft:as-written", asWritten(finding, "lost-write", ...also)]];
}
