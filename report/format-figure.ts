import type { FigureUnit } from "../scenarios/claims/measure.ts";
import { formatCount, formatDuration } from "./format.ts";

/** A figure as a person reads it: "31.7 %", "0.608 ms", "1.5 KiB", "134.4 /s", "1,200". */
export function formatFigure(value: number, unit: FigureUnit): string {
  switch (unit) {
    case "ns":
      return formatDuration(Math.round(value));
    case "bytes":
      return formatBytes(value);
    case "share":
      return `${short(value * 100)} %`;
    case "per-second":
      return `${short(value)} /s`;
    case "count":
      return short(value);
  }
}

function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let [value, at] = [bytes, 0];
  for (; value >= 1024 && at < units.length - 1; at++) value /= 1024;
  return `${short(value)} ${units[at] ?? ""}`;
}

/** A number with as many digits as tell something. */
function short(value: number): string {
  if (Number.isInteger(value)) return formatCount(value);
  if (value >= 1000) return formatCount(Math.round(value));
  return value.toFixed(value >= 1 ? 1 : 3);
}
