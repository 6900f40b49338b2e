import { MILLISECOND } from "../../host/time.ts";
import type { LogEntry } from "../../topologies/replication/position.ts";
import type { ReplicaProgress } from "../../topologies/wal-stream/acknowledgements.ts";
import type { NodeStatus } from "../../topologies/wal-stream/control-protocol.ts";
import { defaultWalStreamParts, type WalStreamParts } from "../../topologies/wal-stream/parts.ts";
import type { ModeSettings } from "../../topologies/wal-stream/settings.ts";
import type { LogHolder } from "../../topologies/wal-stream/retention.ts";
import { walStream, walStreamAsync, walStreamSemi } from "../../topologies/wal-stream/wal-stream.ts";
import type { ModePromise, SyncMode, Topology } from "../../topologies/topology.ts";
import type { PlantedDesignBug } from "./planted-bug.ts";

const { Acknowledgements, Failover, LogAppender, Primary, Receiver, ReplicatedStore, Retention, Rewind, Sender } =
  defaultWalStreamParts;

type Hello = Parameters<InstanceType<typeof Sender>["run"]>[0];

interface Plant {
  /** Default semi-synchronous. */
  readonly mode?: "semi" | "async";
  readonly parts?: Partial<WalStreamParts>;
  readonly settings?: ModeSettings;
  /** Beside what the mode promises. */
  readonly promises?: readonly ModePromise[];
}

/** WAL streaming with a bug in it, by the bug's id; semi-synchronous where nothing else is said. */
function planted(id: string, { mode = "semi", parts = {}, settings = {}, promises = [] }: Plant): Topology {
  const { id: name, summary, promises: promised, faultModel } = mode === "semi" ? walStreamSemi : walStreamAsync;
  return walStream({
    id: `${name}+${id}`,
    summary: `${summary}; with bug ${id} planted`,
    settings: { sync: mode, ...settings },
    promises: [...promised, ...promises],
    faultModel,
    parts: { ...defaultWalStreamParts, ...parts },
  });
}

/** What a reader of the primary takes for granted: that a failover takes nothing away that it has seen. */
export const NO_READ_UNDONE: readonly ModePromise[] = [{ property: "linearizable", of: "primary" }];

/** So short that a client gives up within a run; a run in which nothing is cut off for that long never comes to it. */
export const IMPATIENT: ModeSettings = { waitTimeout: 20 * MILLISECOND };

/** Publishes what waited too long for a replica, as if that had made it safe. */
class GivesUpWaiting extends Primary {
  private gaveUp = 0;

  protected override timedOut(pending: Parameters<InstanceType<typeof Primary>["timedOut"]>[0]): void {
    super.timedOut(pending);
    if (pending.lsn <= this.gaveUp) return;
    this.gaveUp = pending.lsn;
    this.advance();
  }

  protected override mayPublish(lsn: number, level: SyncMode): boolean {
    return lsn <= this.gaveUp || super.mayPublish(lsn, level);
  }
}

/** Waits for nobody any more once a replica was too slow. */
class FallsBack extends Primary {
  private async_ = false;

  protected override timedOut(): void {
    this.async_ = true;
    this.advance();
  }

  protected override mayPublish(lsn: number, level: SyncMode): boolean {
    return this.async_ || super.mayPublish(lsn, level);
  }
}

/** Does not tell replicas what their content should be: with that, they notice and copy all data anew. */
class WithoutDigests extends Primary {
  override get publishedDigest(): string {
    return "";
  }
}

/** Bugs of designs with a primary and replicas. */
export const walStreamBugs: readonly PlantedDesignBug[] = [
  {
    id: "PB-1",
    title: "others read a write before a replica has acknowledged it, and then it is lost",
    source: "MySQL AFTER_COMMIT",
    topology: planted("PB-1", { settings: { asWritten: true }, promises: NO_READ_UNDONE }),
    healthy: planted("PB-1-healthy", { promises: NO_READ_UNDONE }),
    hunt: { scenario: "early-reads", seeds: 20 },
  },
  {
    id: "PB-2",
    title: "a synchronous wait that was given up leaves a visible change that is on no replica",
    source: "patroni#1412",
    topology: planted("PB-2", {
      parts: { Primary: GivesUpWaiting },
      settings: IMPATIENT,
      promises: NO_READ_UNDONE,
    }),
    healthy: planted("PB-2-healthy", { settings: IMPATIENT, promises: NO_READ_UNDONE }),
    hunt: { scenario: "early-reads", seeds: 20 },
  },
  {
    id: "PB-3",
    title: "after a time-out it waits for replicas no more",
    source: "MySQL manual, semi-synchronous replication",
    topology: planted("PB-3", { parts: { Primary: FallsBack }, settings: IMPATIENT }),
    healthy: planted("PB-3-healthy", { settings: IMPATIENT }),
    hunt: { scenario: "early-reads", seeds: 20 },
  },
  {
    id: "PB-4",
    title: "a primary that nobody follows goes on acknowledging",
    source: "Jepsen Redis",
    topology: planted("PB-4", {
      parts: {
        Primary: class extends Primary {
          protected override mayPublish(lsn: number, level: SyncMode): boolean {
            return this.connected.size === 0 || super.mayPublish(lsn, level);
          }
          override tick(now: number): void {
            super.tick(now);
            this.advance();
          }
        },
      },
      settings: { silence: 40 * MILLISECOND, heartbeat: 10 * MILLISECOND },
    }),
    healthy: planted("PB-4-healthy", { settings: { silence: 40 * MILLISECOND, heartbeat: 10 * MILLISECOND } }),
    hunt: { scenario: "early-reads", seeds: 20 },
  },
  {
    id: "PB-5",
    title: "a replica cuts its log off behind what it knows to be published",
    source: "KIP-101",
    topology: planted("PB-5", {
      parts: {
        Sender: class extends Sender {
          protected override ancestorWith(history: Hello["history"], last: number): number {
            return Math.min(super.ancestorWith(history, last), this.primary.published);
          }
        },
      },
    }),
    hunt: { scenario: "double-failover", seeds: 40 },
  },
  {
    id: "PB-6",
    title: "the last replica in sync leads on after a crash that took what it had not synced",
    source: "KIP-966",
    topology: planted("PB-6", {
      parts: {
        Acknowledgements: class extends Acknowledgements {
          override reached(level: SyncMode): number {
            return this.all.size === 0 ? Number.POSITIVE_INFINITY : super.reached(level);
          }
        },
        LogAppender: class extends LogAppender {
          protected override async syncWriter(): Promise<void> {}
        },
      },
    }),
    hunt: { scenario: "failover", seeds: 60 },
  },
  {
    id: "PB-7",
    title: "how far a replica had been on a branch that it has left counts for the one that it joins",
    source: "SERVER-16570",
    topology: planted("PB-7", {
      parts: {
        Acknowledgements: class extends Acknowledgements {
          override set(node: string, progress: ReplicaProgress): void {
            const flushed = Math.max(this.all.get(node)?.flushed ?? 0, progress.flushed);
            super.set(node, { ...progress, flushed, streaming: true });
          }
          override remove(): void {}
        },
        Primary: class extends Primary {
          override accept(
            connection: Parameters<InstanceType<typeof Primary>["accept"]>[0],
            hello: Hello,
          ): Promise<void> {
            const { node, last } = hello;
            this.acknowledgements.set(node, { received: last, flushed: last, applied: last, streaming: true });
            return super.accept(connection, hello);
          }
        },
      },
    }),
    hunt: { scenario: "returning-primary", seeds: 20 },
  },
  {
    id: "PB-8",
    title: "a replica of another history goes on from where its own log ends",
    source: "redis#2694",
    topology: planted("PB-8", {
      parts: {
        Sender: class extends Sender {
          protected override ancestorWith(_history: Hello["history"], last: number): number {
            return Math.min(last, this.primary.copy.log.last.lsn);
          }
        },
        Receiver: class extends Receiver {
          protected override continues(): boolean {
            return true;
          }
        },
      },
    }),
    hunt: { scenario: "failover", seeds: 60 },
  },
  {
    id: "PB-9",
    title: "changes become visible in another order than that in which they were made",
    source: "Jepsen RDS for PostgreSQL 17.4",
    topology: planted("PB-9", {
      parts: {
        ReplicatedStore: class extends ReplicatedStore {
          override async apply(entries: readonly LogEntry[]): Promise<void> {
            const [first, ...rest] = entries;
            if (first === undefined || rest.length === 0) return super.apply(entries);
            await super.apply(rest);
            return super.apply(entries);
          }
          protected override isApplied(): boolean {
            return false;
          }
          protected override follows(): boolean {
            return true;
          }
        },
      },
    }),
    hunt: { scenario: "failover", seeds: 60 },
  },
  {
    id: "PB-10",
    title: "an old primary rejoins, and what only it had is never taken back",
    source: "PostgreSQL, pg_rewind",
    topology: planted("PB-10", {
      mode: "async",
      parts: {
        Primary: WithoutDigests,
        Rewind: class extends Rewind {
          override run(
            ...[ancestor, source]: Parameters<InstanceType<typeof Rewind>["run"]>
          ): ReturnType<InstanceType<typeof Rewind>["run"]> {
            const nothing: typeof source.fetch = async () => {
              const fetched = await source.fetch([]);
              return fetched === undefined ? undefined : { ...fetched, changes: [] };
            };
            return super.run(ancestor, { ...source, fetch: nothing });
          }
        },
      },
    }),
    healthy: planted("PB-10-healthy", { mode: "async", parts: { Primary: WithoutDigests } }),
    hunt: { scenario: "failover-loss-calm-cut-off", seeds: 20 },
  },
  {
    id: "PB-11",
    title: "the log is collected before a slow replica has read it",
    source: "pg_auto_failover#1031",
    topology: planted("PB-11", {
      parts: {
        Retention: class extends Retention {
          protected override held(kept: number): number {
            return kept;
          }

          override lost(): LogHolder[] {
            return [];
          }
        },
      },
      settings: { keptBytes: 512, segmentBytes: 512 },
    }),
    healthy: planted("PB-11-healthy", { settings: { keptBytes: 512, segmentBytes: 512 } }),
    hunt: { scenario: "failover", seeds: 60 },
  },
  {
    id: "PB-12",
    title: "the replica that is promoted is not the most advanced",
    source: "GitHub, incident of 2018-10-21",
    topology: planted("PB-12", {
      parts: {
        Failover: class extends Failover {
          protected override choose(candidates: readonly NodeStatus[]): NodeStatus {
            return candidates[0] as NodeStatus;
          }
        },
      },
    }),
    hunt: { scenario: "stale-promotion", seeds: 20 },
  },
];
