import type { Host } from "../../host/host.ts";
import { MILLISECOND, type Duration, type MonotonicTime } from "../../host/time.ts";
import { OperationError, type OnCall } from "../topology.ts";
import type { Failover } from "./failover.ts";

/** How often the person's monitoring looks. */
const WATCH: Duration = 100 * MILLISECOND;

/** Watches a cluster and, when no primary serves for as long as the person takes to react, has another take over. */
export async function onCall(host: Host, failover: Failover, { reaction }: OnCall): Promise<void> {
  let alarm: MonotonicTime | undefined;
  for (;;) {
    await host.clock.sleep(WATCH);
    const seen = await failover.look();
    const now = host.clock.monotonic();
    if (seen.some(({ role, serving }) => role === "primary" && serving)) {
      alarm = undefined;
      continue;
    }
    alarm ??= now;
    if (now - alarm < reaction) continue;
    try {
      const subject = await failover.run();
      host.trace({ kind: "operator-step", step: "failed-over", subject });
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      host.trace({ kind: "operator-step", step: "waits", subject: "", code: error.code, reason: error.message });
    }
    // What was done takes a moment to show, and what could not be done may be possible then.
    alarm = host.clock.monotonic();
  }
}
