/** What programs import as "faultline/checkers": histories in, verdicts out. */
export { judge, models, type CheckOptions, type HistoryModel } from "./catalogue.ts";
export { HistoryFormatError } from "./formats/format-error.ts";
export type { HistoryFormat } from "./formats/history-format.ts";
export { HistoryReader, parseHistory, type ParsedHistory, type ReadOptions } from "./formats/history-reader.ts";
export { HistoryError, operationsOf, type HistoryEntry, type HistoryValue, type Operation } from "./history.ts";
export type { Message } from "./message.ts";
export { OperationError } from "./operation-error.ts";
export type { CheckResult, Violation } from "./verdict.ts";
