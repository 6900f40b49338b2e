import { MILLISECOND, SECOND } from "../../host/time.ts";
import { resolveSettings, SettingError } from "../settings.ts";
import type { ClusterConfig, SyncMode } from "../topology.ts";

/**
 * When a replica says that it has an entry: as soon as it has come ("received": a crash may take it), once it is durable
 * ("flushed"), or once its reads show it ("applied": before the primary's do, as PostgreSQL's `remote_apply`).
 */
export type AcknowledgementPoint = "received" | "flushed" | "applied";

/** What can be set. Durations are in nanoseconds. */
const DEFAULTS = {
  /** Whose acknowledgement a change waits for by itself: "async", "semi", "full". */
  sync: "async",
  acknowledge: "flushed",
  /** Changes are visible as soon as the primary has them, and then wait: the document's order. */
  asWritten: false,
  /** How long a change waits to be acknowledged before its client is told that its outcome is unknown. */
  waitTimeout: 2 * SECOND,
  /** So many changes may wait for acknowledgement; more are refused. */
  unpublishedEntries: 1_024,
  unpublishedBytes: 4 << 20,
  /** Changes are refused while every replica that streams is further behind than so many entries; 0: never. */
  mostLag: 0,
  /** The longest silence of a connection that works. */
  heartbeat: 200 * MILLISECOND,
  /** After so long a silence, a connection does not work. */
  silence: SECOND,
  /** The same while data is copied, when either side may be at work for long. */
  copySilence: 10 * SECOND,
  /** How long replicas may go without word of what was published, when no entries follow. */
  noticeDelay: 10 * MILLISECOND,
  /** Bytes of the log that are kept for those who are not connected. */
  keptBytes: 256 << 10,
  /** Bytes above which the log is not kept for anybody: who still needs it must copy all data. */
  mostKeptBytes: 4 << 20,
  segmentBytes: 64 << 10,
  /** Bytes of entries in one frame, at most; a single entry may have more. */
  frameBytes: 64 << 10,
  chunkBytes: 32 << 10,
  /** Keys that a divergent end may have changed and still be rewound; beyond that, all data is copied. */
  rewoundKeys: 10_000,
  /** How long a read waits for a replica to come to where it must be. */
  readPatience: 500 * MILLISECOND,
  /** By how many millionths the clock of a replica may run slow, when it judges how old its data is. */
  clockError: 125_000,
};

export type WalStreamSettings = Readonly<
  Omit<typeof DEFAULTS, "sync" | "acknowledge"> & { sync: SyncMode; acknowledge: AcknowledgementPoint }
>;

/** What a mode sets by itself. */
export type ModeSettings = Partial<WalStreamSettings>;

/**
 * A mode's settings as the configuration has them.
 *
 * @throws SettingError
 */
export function settingsOf(config: ClusterConfig, mode: ModeSettings): WalStreamSettings {
  const { sync, acknowledge, ...rest } = resolveSettings(config, { ...DEFAULTS, ...mode });
  if (sync !== "async" && sync !== "semi" && sync !== "full") {
    throw new SettingError("sync", sync, "async, semi or full");
  }
  if (acknowledge !== "received" && acknowledge !== "flushed" && acknowledge !== "applied") {
    throw new SettingError("acknowledge", acknowledge, "received, flushed or applied");
  }
  return { ...rest, sync, acknowledge };
}
