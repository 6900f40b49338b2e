import type { TraceEvent } from "../host/trace.ts";
import type { Message } from "../checkers/message.ts";
import { isMessageId } from "./messages/english.ts";

/** What a trace event says of itself, for a template: numbers and words, and truth values as words. */
export function paramsOf(event: TraceEvent): Message["params"] {
  const params: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(event)) {
    if (typeof value === "string" || typeof value === "number") params[name] = value;
    else if (typeof value === "boolean") params[name] = String(value);
  }
  return params;
}

/** A trace event as a message; of one without words of its own, its kind and its fields. */
export function messageOf(event: TraceEvent): Message {
  const params = paramsOf(event);
  const { kind } = event;
  // A call that a disk refused; nodes have words of their own for what they could not do.
  if (event["injected"] !== undefined && kind.endsWith("-failed") && !isMessageId(`trace-${kind}`)) {
    return { id: "trace-call-failed", params: { ...params, call: kind.slice(0, -"-failed".length) } };
  }
  if (isMessageId(`event-${kind}`)) return { id: `event-${kind}`, params };
  // A node's word for a message that it does not want, not the network's for one that it lost.
  if (kind === "message-dropped" && event["number"] === undefined) return { id: "trace-message-ignored", params };
  if (isMessageId(`trace-${kind}`)) return { id: `trace-${kind}`, params };
  const { kind: id = kind, ...rest } = params;
  return { id: String(id), params: rest };
}
