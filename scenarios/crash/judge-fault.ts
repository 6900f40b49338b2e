import { CorruptionError, DatabaseFailedError, TableMissingError, UnsupportedFormatError } from "../../engine/index.ts";
import { describeError } from "../../sim/failure.ts";
import type { Claim } from "./call-faults.ts";
import { NOTHING_PROMISED, type Ledger, type Promised } from "./ledger.ts";
import type { Recording } from "./record-workload.ts";
import { judge, type Recovered } from "./recovery.ts";

/** Whether an error says that what is on the disk is not what was written there. */
export function saysDamaged(error: unknown): boolean {
  return (
    error instanceof CorruptionError || error instanceof UnsupportedFormatError || error instanceof TableMissingError
  );
}

/** Judges a run in which a call was struck. @returns all that is wrong */
export function judgeStruckRun(claim: Claim, recording: Recording, mustTell: boolean): string[] {
  const { problems, errors, reported } = recording;
  const wrong = [...problems];
  switch (claim) {
    case "told":
      if (mustTell && errors.length === 0 && reported.length === 0) {
        wrong.push("the error was told to nobody: no call failed, and no event says so");
      }
      break;
    case "harmless":
      for (const error of errors) wrong.push(`a short transfer is no error, but: ${describeError(error)}`);
      break;
    case "betrayed":
    case "damaged":
      for (const error of errors) {
        if (!saysDamaged(error) && !(error instanceof DatabaseFailedError && saysDamaged(error.cause))) {
          wrong.push(`an error that says nothing of damage: ${describeError(error)}`);
        }
      }
  }
  return wrong;
}

/** What a recovery after a struck call came to. */
export type FaultVerdict =
  /** All that was promised is there. */
  | { readonly kind: "kept" }
  /** The engine said what is missing or damaged. */
  | { readonly kind: "noticed" }
  /** What the disk was believed to have, and nothing else, is not there. */
  | { readonly kind: "excused" }
  | { readonly kind: "wrong"; readonly problem: string };

/** A moment after a struck call, as far as judging it needs. */
export interface AfterStrike {
  readonly promised: Promised;
  /** What had been promised when the call was struck. */
  readonly before: Promised | undefined;
  /** Whether the power was lost, or the process alone died. */
  readonly powerLost: boolean;
}

/** Judges a recovery after a struck call; see {@link Claim} for what can be asked. */
export function judgeAfterFault(
  claim: Claim,
  recovered: Recovered,
  ledger: Ledger,
  { promised, before, powerLost }: AfterStrike,
): FaultVerdict {
  const least = powerLost ? promised.durable : promised.acknowledged;
  const problem = judge(recovered, ledger, promised, least);
  if (problem === undefined) return { kind: "kept" };
  if (claim === "told" || claim === "harmless") return { kind: "wrong", problem };
  const { content, later, checkpoints, error } = recovered;
  const afterPowerLoss = floorOf(claim, before);
  // Right as far as it was served, and then an error that says why no more is.
  for (const [found, floor] of [
    [content, powerLost ? afterPowerLoss : promised.acknowledged],
    [later, afterPowerLoss],
  ] as const) {
    const wrong = found === undefined ? undefined : ledger.judge(found, floor, promised.begun);
    if (wrong !== undefined) return { kind: "wrong", problem: wrong };
  }
  for (const { directory, writes } of promised.checkpoints) {
    const found = checkpoints.get(directory);
    if (found === undefined || typeof found === "string") continue;
    // Its own copies of logs may have been what was betrayed.
    const wrong = ledger.judge(found, 0, writes);
    if (wrong !== undefined) return { kind: "wrong", problem: `the checkpoint in ${directory}: ${wrong}` };
  }
  // What was there, and is not after a further loss of power, was betrayed too; nobody has an error to tell.
  if (recovered.problem === undefined || later !== undefined) return { kind: "excused" };
  return saysDamaged(error) ? { kind: "noticed" } : { kind: "wrong", problem: recovered.problem };
}

function floorOf(claim: Claim, before: Promised = NOTHING_PROMISED): number {
  return claim === "damaged" ? 0 : before.durable;
}
