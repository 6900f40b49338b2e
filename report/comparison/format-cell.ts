import { MILLISECOND, SECOND } from "../../host/time.ts";
import { formatCount } from "../format.ts";
import { KIBIBYTE, type ColumnId } from "./columns.ts";

/** Columns whose figures are milliseconds, whatever their size, so that they compare at a glance. */
const IN_MILLISECONDS: ReadonlySet<ColumnId> = new Set(["write-p50", "write-p99", "read-p50", "read-p99"]);

/** The unit that all figures of a column have; "" where each has its own. */
export function unitOfColumn(column: ColumnId): string {
  return IN_MILLISECONDS.has(column) ? "ms" : "";
}

/** A figure in two or three digits: "3.5", "97 %", "0.21 s", "1.5 K". */
export function formatCell(value: number, column: ColumnId): string {
  if (IN_MILLISECONDS.has(column)) return digits(value / MILLISECOND);
  switch (column) {
    case "recovery":
      return value < SECOND ? `${digits(value / MILLISECOND)} ms` : `${digits(value / SECOND)} s`;
    case "answered-in-faults":
      return `${share(value * 100)} %`;
    case "bytes-per-operation":
      return value < 1000 ? String(Math.round(value)) : `${digits(value / KIBIBYTE)} K`;
    default:
      return Number.isInteger(value) ? formatCount(value) : digits(value);
  }
}

/** Two digits at least; what is not all is never rounded to all. */
function share(percent: number): string {
  return percent < 100 && percent > 99 ? percent.toFixed(percent > 99.9 ? 2 : 1) : String(Math.round(percent));
}

/** A number in two digits at least: "0.21", "3.5", "1,032". */
export function digits(value: number): string {
  if (value === 0) return "0";
  if (value < 1) return value.toFixed(2);
  if (value < 10) return value.toFixed(1);
  return formatCount(Math.round(value));
}
