import { formatMoment } from "../report/format.ts";
import type { RecentEvent } from "../sim/recent-events.ts";
import type { Terminal } from "./terminal.ts";

/** Prints what a failed run did last, a line an event. */
export function printLastEvents(terminal: Terminal, events: readonly RecentEvent[]): void {
  terminal.write("  last events:\n");
  for (const { event, time, host, task, kind } of events) {
    const who = host === "" ? "world" : `${host} (${task})`;
    terminal.write(
      terminal.dim(`  ${String(event).padStart(10)}  ${formatMoment(time).padStart(12)}  ${kind}, ${who}\n`),
    );
  }
}
