/** What a mark of the timeline stands for. Each has a shape of its own, so that none is known by its colour alone. */
export const MARK_KINDS = [
  "fault",
  "down",
  "paused",
  "leads",
  "role",
  "life",
  "failure",
  "note",
  "read",
  "change",
  "flush",
  "compaction",
  "stall",
  "file-added",
  "file-removed",
  "version",
  "durable",
  "lost",
  "held",
  "connection",
] as const;

export type MarkKind = (typeof MARK_KINDS)[number];

/** A mark's kind as a small number, for typed arrays. */
export const MARK_CODE = Object.fromEntries(MARK_KINDS.map((kind, code) => [kind, code])) as Readonly<
  Record<MarkKind, number>
>;

/** How much a mark matters, least first; of many marks in one place, the greatest shows. */
export const Weight = { ROUTINE: 0, NOTABLE: 1, WRONG: 2, VIOLATION: 3 } as const;

/** In which row of its node's lanes a mark stands. */
export type Place = "node" | "files" | "network";

/** How an event that stands by itself is shown. */
export interface Sign {
  readonly kind: MarkKind;
  readonly place: Place;
  readonly weight: number;
}

const sign = (kind: MarkKind, place: Place, weight: number = Weight.ROUTINE): Sign => ({ kind, place, weight });

const SIGNS: ReadonlyMap<string, Sign> = new Map([
  ["host-started", sign("life", "node", Weight.NOTABLE)],
  ["host-wiped", sign("failure", "node", Weight.WRONG)],
  ["node-ready", sign("life", "node")],
  ["role-changed", sign("role", "node")],
  ["became-primary", sign("role", "node", Weight.NOTABLE)],
  ["became-leader", sign("role", "node", Weight.NOTABLE)],
  ["became-replica", sign("role", "node")],
  ["stepped-down", sign("role", "node", Weight.NOTABLE)],
  ["deposed", sign("role", "node", Weight.NOTABLE)],
  ["epoch-began", sign("role", "node", Weight.NOTABLE)],
  ["operator-step", sign("role", "node", Weight.NOTABLE)],
  ["role-failed", sign("failure", "node", Weight.WRONG)],
  ["get-failed", sign("failure", "node", Weight.WRONG)],
  ["get-refused", sign("failure", "node", Weight.WRONG)],
  ["digest-mismatch", sign("failure", "node", Weight.WRONG)],
  ["slot-lost", sign("failure", "node", Weight.WRONG)],
  ["disk-full", sign("failure", "node", Weight.WRONG)],
  ["rewound", sign("note", "node", Weight.NOTABLE)],
  ["replica-diverged", sign("note", "node", Weight.NOTABLE)],
  ["stale-read", sign("note", "node", Weight.NOTABLE)],
  // A node that starts looks for files that are not there yet.
  ["open-failed", sign("note", "node")],
  ["stat-failed", sign("note", "node")],
  ["readdir-failed", sign("note", "node")],
  ["mkdir-failed", sign("note", "node")],

  ["file-created", sign("file-added", "files")],
  ["file-linked", sign("file-added", "files")],
  ["file-renamed", sign("file-added", "files")],
  ["wal-created", sign("file-added", "files")],
  ["manifest-created", sign("file-added", "files")],
  ["checkpoint-created", sign("file-added", "files")],
  ["file-unlinked", sign("file-removed", "files")],
  ["file-deleted", sign("file-removed", "files")],
  ["file-delete-started", sign("file-removed", "files")],
  ["version-installed", sign("version", "files", Weight.NOTABLE)],
  ["manifest-read", sign("version", "files", Weight.NOTABLE)],
  ["table-opened", sign("note", "files")],
  ["table-missing", sign("failure", "files", Weight.WRONG)],
  ["file-synced", sign("durable", "files")],
  ["directory-synced", sign("durable", "files")],
  ["directory-created", sign("note", "files")],
  ["directory-removed", sign("note", "files")],
  ["file-truncated", sign("note", "files")],
  ["lock-taken", sign("note", "files")],
  ["lock-released", sign("note", "files")],
  ["write-lost", sign("failure", "files", Weight.WRONG)],
  ["write-misdirected", sign("failure", "files", Weight.WRONG)],
  ["bit-rotted", sign("failure", "files", Weight.WRONG)],
  ["damage-read", sign("failure", "files", Weight.WRONG)],
  ["sync-lied", sign("failure", "files", Weight.WRONG)],

  ["message-dropped", sign("lost", "network", Weight.WRONG)],
  ["message-held", sign("held", "network", Weight.NOTABLE)],
  ["frame-dropped", sign("lost", "network", Weight.WRONG)],
  ["connection-opened", sign("connection", "network")],
  ["connection-closed", sign("connection", "network")],
  ["connection-reset", sign("lost", "network", Weight.WRONG)],
  ["connection-timed-out", sign("lost", "network", Weight.WRONG)],
  ["connection-refused", sign("lost", "network", Weight.NOTABLE)],
  ["connection-unanswered", sign("lost", "network", Weight.NOTABLE)],
]);

const FAILURE: Sign = sign("failure", "node", Weight.WRONG);
const NOTE: Sign = sign("note", "node");

/** How an event that stands by itself is shown; of kinds that nobody foresaw, those that speak of a failure as one. */
export function signOf(kind: string): Sign {
  return SIGNS.get(kind) ?? (/-(failed|refused|lost|crashed|unusable)$/.test(kind) ? FAILURE : NOTE);
}

/** Operations that change nothing. */
const READS: ReadonlySet<string> = new Set(["read", "scan", "read-counter", "read-set", "read-accounts"]);

export function isRead(operation: unknown): boolean {
  return typeof operation === "string" && READS.has(operation);
}
