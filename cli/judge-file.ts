import { BoundError } from "../checkers/bound.ts";
import { judge, models, type CheckOptions, type CountedCheckResult, type HistoryModel } from "../checkers/catalogue.ts";
import { HistoryFormatError } from "../checkers/formats/format-error.ts";
import type { ParsedHistory } from "../checkers/formats/history-reader.ts";
import { HistoryError, type Operation } from "../checkers/history.ts";
import { ModelError } from "../checkers/linearizability/model.ts";
import { OptionError } from "../checkers/option-error.ts";
import type { Violation } from "../checkers/verdict.ts";
import type { CheckRequest, FromChecker, Judgement, Witness, WitnessOperation } from "./check-messages.ts";
import { readHistoryFile, UnreadableFileError } from "./read-history-file.ts";

/** More violations are counted, and not told of. */
const VIOLATIONS_TOLD = 100;

/** More operations of one violation are not told of: the first are those to look at. */
const WITNESSES_TOLD = 100;

/**
 * Reads and judges a history.
 *
 * @param onProgress told how many operations have been read, from time to time
 */
export async function judgeFile(
  request: CheckRequest,
  onProgress: (operations: number) => void,
): Promise<Exclude<FromChecker, { type: "read" }>> {
  const begun = performance.now();
  const model = models.get(request.model);
  if (model === undefined) throw new Error(`no model '${request.model}'`);
  let history: ParsedHistory | undefined;
  try {
    history = await readHistoryFile(request.file, { keyed: request.keyed }, onProgress);
    onProgress(history.operations.length);
    return { type: "judged", judgement: judgementOf(history, model, request, begun) };
  } catch (error) {
    if (error instanceof HistoryFormatError) {
      return { type: "unusable", problem: { line: error.line, reason: error.reason } };
    }
    if (error instanceof UnreadableFileError) {
      return { type: "unusable", problem: { line: undefined, reason: error.message } };
    }
    if (error instanceof HistoryError) {
      return { type: "unusable", problem: { line: history?.lines[error.entry], reason: error.reason } };
    }
    if (error instanceof OptionError) {
      return { type: "unusable", problem: { line: undefined, reason: `--${error.message}` } };
    }
    if (error instanceof ModelError) {
      const at = history?.operations[error.operation ?? -1]?.start;
      return { type: "unusable", problem: { line: history?.lines[at ?? -1], reason: error.message } };
    }
    throw error;
  }
}

function judgementOf(history: ParsedHistory, model: HistoryModel, request: CheckRequest, begun: number): Judgement {
  const { operations, format, clients, timed, ignored, outOfOrder } = history;
  const { verdict, violations, unknown, count } = judgeWithinBounds(model, operations, request.options);
  const keys = new Set<string>();
  for (const { key } of operations) if (key !== undefined) keys.add(key);
  const told = violations.slice(0, VIOLATIONS_TOLD).map((violation) => witness(violation, history));
  return {
    format,
    operations: operations.length,
    clients,
    keys: keys.size === 0 ? undefined : keys.size,
    timed,
    lineOf: timed ? new Map() : linesIn(told, history.lines),
    ignored,
    outOfOrder,
    verdict,
    unknown,
    violations: told,
    violationCount: count,
    elapsed: performance.now() - begun,
  };
}

/** Judges a history; one that is larger than the model can judge remains undecided. */
function judgeWithinBounds(
  model: HistoryModel,
  operations: readonly Operation[],
  options: CheckOptions,
): CountedCheckResult {
  try {
    return judge(model, operations, options);
  } catch (error) {
    if (!(error instanceof BoundError)) throw error;
    const { what, size, bound } = error;
    const unknown = { id: "check-bound", params: { what, size, bound } };
    return { verdict: "unknown", violations: [], unknown, count: 0 };
  }
}

function witness({ kind, operations, message, cycle }: Violation, history: ParsedHistory): Witness {
  return {
    kind,
    message,
    cycle,
    operations: operations.slice(0, WITNESSES_TOLD).flatMap((index) => {
      const operation = history.operations[index];
      return operation === undefined ? [] : [witnessOperation(operation, history)];
    }),
  };
}

/** The lines of all entries whose positions can stand in messages: more than do, since a message may have other numbers. */
function linesIn(told: readonly Witness[], lines: readonly number[]): Map<number, number> {
  const found = new Map<number, number>();
  for (const { message, cycle = [] } of told) {
    for (const { params } of [message, ...cycle.map((step) => step.message)]) {
      for (const value of Object.values(params)) {
        const line = typeof value === "number" ? lines[value] : undefined;
        if (line !== undefined) found.set(value as number, line);
      }
    }
  }
  return found;
}

function witnessOperation(operation: Operation, { lines, names }: ParsedHistory): WitnessOperation {
  const { index, process, f, key, input, value, outcome, invoked, completed, start, end } = operation;
  return {
    index,
    process,
    processName: names[process],
    f,
    key,
    input,
    value,
    outcome,
    invoked,
    completed: completed === Infinity ? undefined : completed,
    line: lines[start] ?? 0,
    endLine: lines[end],
  };
}
