import type { TraceRecord } from "../sim/trace.ts";

/** A few letters for the bar that a record begins: names and numbers, which are the same in every language; "" for none. */
export function markLabel({ host, data }: TraceRecord): string {
  const field = (name: string): string => {
    const value = data[name];
    return value === undefined ? "" : String(value);
  };
  switch (data.kind) {
    case "client-invoked":
      return `${field("op")} ${field("key")}`.trim();
    case "fault-began":
      return `${field("fault")} · ${host}`;
    case "flush-started":
      return `→ ${field("file")}`;
    case "compaction-started":
      return `${field("inputs")} → L${field("outputLevel")}`;
    case "write-stall":
      return field("reason");
    case "became-primary":
      return `primary ${field("epoch")}`;
    case "became-leader":
      return `leader ${field("term")}`;
    default:
      return "";
  }
}
