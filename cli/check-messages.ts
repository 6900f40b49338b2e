import type { CheckOptions } from "../checkers/catalogue.ts";
import type { CycleStep } from "../checkers/cycle.ts";
import type { HistoryFormat } from "../checkers/formats/history-format.ts";
import type { HistoryValue } from "../checkers/history.ts";
import type { Message } from "../checkers/message.ts";
import type { CheckResult } from "../checkers/verdict.ts";

/** A history to be judged, and how. */
export interface CheckRequest {
  /** Its path; "-" for standard input. */
  readonly file: string;
  readonly model: string;
  readonly keyed: boolean;
  readonly options: CheckOptions;
}

/** An operation that a violation rests on. */
export interface WitnessOperation {
  readonly index: number;
  readonly process: number;
  /** What the process is called in the file, if not by its number. */
  readonly processName: string | undefined;
  readonly f: string;
  readonly key: string | undefined;
  readonly input: HistoryValue | undefined;
  readonly value: HistoryValue | undefined;
  readonly outcome: "ok" | "fail" | "info";
  /** Nanoseconds; of a history that tells no times, positions of entries. The second is undefined when it never ended. */
  readonly invoked: number;
  readonly completed: number | undefined;
  /** Where in the file it begins, and ends. */
  readonly line: number;
  readonly endLine: number | undefined;
}

export interface Witness {
  readonly kind: string;
  readonly operations: readonly WitnessOperation[];
  readonly message: Message;
  readonly cycle: readonly CycleStep[] | undefined;
}

/** What was made of a history that could be read. */
export interface Judgement {
  readonly format: HistoryFormat;
  readonly operations: number;
  readonly clients: number;
  /** undefined when operations have no keys. */
  readonly keys: number | undefined;
  /** Whether the history tells times. */
  readonly timed: boolean;
  /** Of one that does not, the lines of entries whose positions stand in messages for times. */
  readonly lineOf: ReadonlyMap<number, number>;
  /** Entries of processes that are no clients. */
  readonly ignored: number;
  /** The first line whose time is before that of the line above. */
  readonly outOfOrder: number | undefined;
  readonly verdict: CheckResult["verdict"];
  readonly unknown: Message | undefined;
  /** The first violations. */
  readonly violations: readonly Witness[];
  /** How many there are in all. */
  readonly violationCount: number;
  /** Milliseconds of reading and of judging. */
  readonly elapsed: number;
}

/** Why a history cannot be judged: it cannot be read, or makes no sense. */
export interface Unusable {
  /** undefined when no one line is at fault. */
  readonly line: number | undefined;
  readonly reason: string;
}

export type FromChecker =
  | { readonly type: "read"; readonly operations: number }
  | { readonly type: "judged"; readonly judgement: Judgement }
  | { readonly type: "unusable"; readonly problem: Unusable };
