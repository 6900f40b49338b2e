import type { TraceRecord } from "../sim/trace.ts";
import { faultName, type Language } from "./messages/render.ts";

/** A few letters for the bar that a record begins: names, numbers, and what a fault is called; "" for none. */
export function markLabel({ host, data }: TraceRecord, language: Language): string {
  const field = (name: string): string => {
    const value = data[name];
    return value === undefined ? "" : String(value);
  };
  switch (data.kind) {
    case "client-invoked":
      return `${field("op")} ${field("key")}`.trim();
    case "fault-began":
      return `${faultName(field("fault"), language)} · ${host}`;
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
