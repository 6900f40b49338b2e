import { anomaliesEnglish } from "./anomalies.ts";
import { checkEnglish } from "./check.ts";
import { claimsEnglish } from "./claims.ts";
import { comparisonEnglish } from "./comparison.ts";
import { faultsEnglish } from "./faults.ts";
import { lessonsEnglish } from "./lessons.ts";
import { linearizabilityEnglish } from "./linearizability.ts";
import { sharedDiskClaimsEnglish } from "./shared-disk-claims.ts";
import { sharedDiskEnglish } from "./shared-disk.ts";
import { sharingPriceClaimsEnglish } from "./sharing-price-claims.ts";
import { metricsEnglish } from "./metrics.ts";
import { pageEnglish } from "./page.ts";
import { runScreensEnglish } from "./run-screens.ts";
import { traceEnglish } from "./trace.ts";
import { raftEnglish } from "./raft.ts";
import { walStreamEnglish } from "./wal-stream.ts";

/**
 * Every sentence of the terminal and the page, in English. Parameters stand in braces; `:duration` and `:count` say how a
 * number is printed.
 */
export const english = {
  "finding-table-vanished":
    "{host} could not answer {f}({key}): an SSTable that it needed had been compacted away ({code})",
  "finding-table-missing": "{host} could not answer {f}({key}): an SSTable that it needed is missing ({code})",
  "finding-table-stale": "{host} could not answer {f}({key}): an SSTable it had open was deleted ({code})",
  "finding-read-refused": "{host} answered {f}({key}) with an error: {code}",
  "finding-foreign-value": "{host} answered {f}({key}) with {value}, which nobody wrote",
  "finding-stale-read":
    "{host} answered {f}({key}) with {value:value}, {age:duration} after its replacement by {newer} was acknowledged",
  "finding-stale-version":
    "{host} answered {f}({key}) with {value}; files of version {version}, durable for {age:duration}, hold {newer}",
  "finding-node-crashed": "{host} crashed in task {task}: {error}",
  "finding-invariant-broken": "invariant {invariant} was broken",
  "invariant-two-primaries": "{host} and {other} were both primary in epoch {epoch}",
  "invariant-position-regressed": "{host} fell back from position {before} to {now}",
  "invariant-leased-table-deleted": "{host} deleted table {table} while {replica} holds a lease on it",

  "finding-lost-transfer":
    "account {account} ended with {balance}; what was acknowledged leaves between {least} and {most}",
  "finding-divergence": "{host} and {other} hold different data at the same position, {epoch}.{place}",
  "finding-no-convergence": "nodes did not come to hold the same within {within:duration}; they held {held}",
  "unknown-cut-short": "the run ended {time:duration} after the healing, before its {within:duration} were over",
  "finding-no-recovery":
    "no change succeeded within {within:duration} of the healing of a core, at {healed:duration} of the run",
  "finding-no-progress": "clients were not done after {limit:duration}; {open} operations were still open",

  "title-table-vanished": "read failed: SSTable vanished",
  "title-table-missing": "read failed: SSTable lost",
  "title-table-stale": "read failed: open SSTable deleted",
  "title-read-refused": "read answered with an error",
  "title-foreign-value": "read returned what nobody wrote",
  "title-stale-read": "stale read beyond the bound",
  "title-nonlinearizable": "not linearizable",
  "title-transaction-anomaly": "transactions are not strict serializable",
  "title-stale-version": "silent read from stale files",
  "title-node-crashed": "node crashed",
  "title-invariant-broken": "invariant broken",
  "title-lost-transfer": "acknowledged transfer lost",
  "title-session-broken": "a client read older than it had seen",
  "title-no-convergence": "copies did not become one",
  "title-no-recovery": "no progress after healing",
  "title-no-progress": "no progress",

  "explain-table-vanished":
    "{host} held version {version} for {held:duration}; {deleter} deleted {file} {gap:duration} before a read of it failed.",
  "explain-table-stale":
    "{host} had {file} of version {version} open; {deleter} deleted it {gap:duration} before a read of it failed.",
  "explain-stale-version":
    "{host} served {f}({key}) from version {held}; version {version}, which holds {newer}, had been durable for {age:duration} when the read began.",

  "value-nothing": "nothing",

  "event-host-started": "starts (incarnation {incarnation})",
  "event-host-killed": "killed",
  "event-host-lost-power": "loses power",
  "event-host-wiped": "disk wiped",
  "event-host-paused": "paused",
  "event-host-resumed": "resumes",
  "event-host-crashed": "crashes: {error}",

  "event-fault-began": "⚡ {fault:fault} begins",
  "event-fault-ended": "⚡ {fault:fault} ends",

  "event-database-opened": "opens the database, version {version}",
  "event-database-closed": "closes the database",
  "event-database-failed": "stops writing: {reason}",
  "event-recovery-started": "recovers from {manifest}",
  "event-recovery-log-replayed": "replays {log:wal}",
  "event-recovery-finished": "recovered, version {version}",
  "event-wal-created": "new WAL {log:wal}",
  "event-manifest-created": "new {manifest}",
  "event-flush-started": "flush of {entries} entries",
  "event-flush-finished": "flush → {file:table}",
  "event-compaction-started": "compacts {inputs}",
  "event-compaction-finished": "{inputs} → {outputs}",
  "event-version-installed": "version edit {version}, synced",
  "event-file-deleted": "deletes {file}",
  "event-file-delete-failed": "could not delete {file}",
  "event-close-failed": "close of {file} failed",
  "event-write-stall": "stalls writes ({reason})",
  "event-write-resumed": "writes go on",
  "event-manifest-read": "version {version}: {files}",
  "event-table-missing": "{file} missing",
  "event-table-opened": "opens {file}",
  "event-manifest-incomplete": "{manifest} ends inside an edit at {offset}",

  "event-node-ready": "ready",
  "event-get-began": "read({key})",
  "event-get-served": "read({key}) ← version {version}",
  "event-get-failed": "{file} {code}",

  "event-operator-step": "{step} {subject}",
  "event-operator-done": "done: {subject}",
  "event-operator-refused": "refused: {reason}",
  "event-epoch-began": "begins epoch {epoch} after {after}",

  "event-client-invoked": "{op} {key}",
  "event-client-answered": "{op} {key} ok",
  "event-client-refused": "{op} {key}: {code}",

  "event-open-failed": "opens {path:name}: {code}",
  "event-stale-read": "reads {path:name} from cache, {age:duration} old",
  "event-stale-attributes": "believes {path:name} is as {age:duration} ago",
  "event-stale-lookup": "believes a look-up of {path:name}, {age:duration} old",

  "event-transfer-short": "{path:name}: {moved} of {asked} bytes",
  "event-lock-taken": "locks {path:name}",
  "event-flock-failed": "{path:name}: {code}",
  "event-file-synced": "{path:name} durable, {size} bytes",
  "event-file-created": "+{path:name}",
  "event-file-unlinked": "−{path:name}",
  "event-file-renamed": "{path:name} → {to:name}",
  "event-more": "… {count:count} more",

  ...sharedDiskEnglish,
  ...sharedDiskClaimsEnglish,
  ...sharingPriceClaimsEnglish,
  ...anomaliesEnglish,
  ...checkEnglish,
  ...claimsEnglish,
  ...comparisonEnglish,
  ...faultsEnglish,
  ...lessonsEnglish,
  ...linearizabilityEnglish,
  ...metricsEnglish,
  ...pageEnglish,
  ...runScreensEnglish,
  ...traceEnglish,
  ...raftEnglish,
  ...walStreamEnglish,
} as const;

export type MessageId = keyof typeof english;

/** Whether the catalogues have a sentence of that id. */
export function isMessageId(id: string): id is MessageId {
  return Object.hasOwn(english, id);
}
