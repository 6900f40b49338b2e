import type { Host } from "../../host/host.ts";
import { MILLISECOND, type Duration, type MonotonicTime } from "../../host/time.ts";
import { OperationError, type OnCall } from "../topology.ts";
import type { Failover } from "../wal-stream/failover.ts";
import type { Standing } from "./control-protocol.ts";
import type { Upgrade } from "./upgrade.ts";

/** How often the person's monitoring looks. */
const WATCH: Duration = 100 * MILLISECOND;

/**
 * Watches a cluster. When an upgrade that was begun is not over for as long as the person takes to react, carries it on; when no
 * primary serves for so long, has another take over. Raft needs nobody.
 */
export async function onCall(host: Host, upgrade: Upgrade, failover: Failover, { reaction }: OnCall): Promise<void> {
  let alarm: MonotonicTime | undefined;
  for (;;) {
    await host.clock.sleep(WATCH);
    const seen = await upgrade.look();
    const now = host.clock.monotonic();
    const task = taskOf(seen);
    if (task === undefined) {
      alarm = undefined;
      continue;
    }
    alarm ??= now;
    if (now - alarm < reaction) continue;
    try {
      if (task === "upgrade") await upgrade.run();
      else host.trace({ kind: "operator-step", step: "failed-over", subject: await failover.run() });
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      host.trace({ kind: "operator-step", step: "waits", subject: "", code: error.code, reason: error.message });
    }
    // What was done takes a moment to show, and what could not be done may be possible then.
    alarm = host.clock.monotonic();
  }
}

/** What there is to do, as far as one look tells. */
function taskOf(seen: readonly Standing[]): "upgrade" | "failover" | undefined {
  const isBegun = seen.some(({ frozen, protocol }) => frozen || protocol === "raft");
  if (isBegun) return seen.some(({ protocol }) => protocol !== "raft") ? "upgrade" : undefined;
  return seen.some(({ leads }) => leads) ? undefined : "failover";
}
