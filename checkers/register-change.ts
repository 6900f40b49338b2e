import type { HistoryValue, Operation } from "./history.ts";

/** Whether an operation changes a register, if it happens. */
export function changesRegister({ f }: Operation): boolean {
  return f === "write" || f === "delete" || f === "cas";
}

/** What a change of a register leaves in it: null after a deletion, the second of its two values after a cas. */
export function valueLeft({ f, value }: Operation): HistoryValue | undefined {
  if (f === "delete") return null;
  return f === "cas" && Array.isArray(value) ? (value as readonly HistoryValue[])[1] : value;
}
