/** What programs import as "faultline/checkers": histories in, verdicts out. */
export { BoundError } from "./bound.ts";
export {
  consistencyModels,
  judge,
  models,
  type CheckOptions,
  type CountedCheckResult,
  type HistoryModel,
} from "./catalogue.ts";
export { HistoryFormatError } from "./formats/format-error.ts";
export type { HistoryFormat } from "./formats/history-format.ts";
export { HistoryReader, parseHistory, type ParsedHistory, type ReadOptions } from "./formats/history-reader.ts";
export { HistoryError, operationsOf, type HistoryEntry, type HistoryValue, type Operation } from "./history.ts";
export {
  checkLinearizable,
  type LinearizabilityOptions,
  type LinearizabilityResult,
} from "./linearizability/check-linearizable.ts";
export { ModelError, type LinearizabilityModel } from "./linearizability/model.ts";
export type { Message } from "./message.ts";
export { OptionError } from "./option-error.ts";
export { checkListAppend, type ListAppendOptions, type ListAppendResult } from "./transactions/list-append.ts";
export type { CheckResult, Violation } from "./verdict.ts";
