import type { Kernel } from "../kernel.ts";

/** What the disks of a simulation report to the world's trace. Paths are within the mount. */
export type DiskEvent =
  | { readonly kind: "file-created"; readonly path: string }
  | { readonly kind: "file-unlinked"; readonly path: string }
  | { readonly kind: "file-renamed"; readonly path: string; readonly to: string }
  | { readonly kind: "file-linked"; readonly path: string; readonly to: string }
  | { readonly kind: "file-truncated"; readonly path: string; readonly length: number }
  | { readonly kind: "file-synced"; readonly path: string; readonly size: number }
  | { readonly kind: "directory-created"; readonly path: string }
  | { readonly kind: "directory-removed"; readonly path: string }
  | { readonly kind: "directory-synced"; readonly path: string }
  | { readonly kind: "lock-taken"; readonly path: string }
  | { readonly kind: "lock-released"; readonly path: string }
  | { readonly kind: "lock-lost"; readonly path: string }
  /** The disk's server takes changes from this client alone from now on. */
  | { readonly kind: "disk-reserved"; readonly disk: string; readonly client: string }
  /** A call failed; `injected` when a fault of the plan made it so. */
  | {
      readonly kind: `${string}-failed`;
      readonly path: string;
      readonly code: string;
      readonly injected: boolean;
      /** For an injected failure: whether the call took effect all the same. */
      readonly applied: boolean;
    }
  /** A rule was put in force or ended, having struck so many calls. */
  | { readonly kind: "fault-added"; readonly disk: string; readonly fault: string }
  | { readonly kind: "fault-removed"; readonly disk: string; readonly fault: string; readonly fired: number }
  | { readonly kind: "device-lost"; readonly disk: string }
  | { readonly kind: "device-back"; readonly disk: string }
  | {
      readonly kind: "transfer-short";
      readonly call: "pread" | "pwrite";
      readonly path: string;
      readonly asked: number;
      readonly moved: number;
    }
  | { readonly kind: "sync-failed"; readonly path: string; readonly code: string; readonly mode: string }
  | { readonly kind: "sync-lied"; readonly path: string }
  /** As a write is, or would be, written to the disk: it was acknowledged before. */
  | { readonly kind: "write-lost"; readonly path: string; readonly position: number; readonly length: number }
  | {
      readonly kind: "write-misdirected";
      readonly path: string;
      readonly position: number;
      readonly length: number;
      /** "" when it landed where no file is. */
      readonly to: string;
      readonly toPosition: number;
    }
  | { readonly kind: "bit-rotted"; readonly path: string; readonly position: number; readonly bit: number }
  /** Somebody has read what was never written there. */
  | { readonly kind: "damage-read"; readonly path: string; readonly position: number; readonly damage: string }
  | { readonly kind: "damage-repaired"; readonly path: string; readonly position: number; readonly damage: string }
  | { readonly kind: "buffer-changed-in-flight"; readonly path: string; readonly position: number }
  /** Power was cut: what became of the un-synced. */
  | {
      readonly kind: "disk-crashed";
      readonly disk: string;
      readonly model: string;
      readonly directoryOperationsKept: number;
      readonly directoryOperationsLost: number;
      readonly pagesKept: number;
      readonly pagesLost: number;
      readonly pagesTorn: number;
      readonly filesLost: number;
    }
  | { readonly kind: "disk-wiped"; readonly disk: string }
  | { readonly kind: "disk-stalled"; readonly disk: string }
  | { readonly kind: "disk-released"; readonly disk: string }
  | { readonly kind: "disk-slowed"; readonly disk: string; readonly factor: number }
  | { readonly kind: "disk-capacity-set"; readonly disk: string; readonly bytes: number }
  | { readonly kind: "disk-server-crashed"; readonly disk: string }
  | { readonly kind: "disk-server-restarted"; readonly disk: string }
  /** A cache answered, and what it answered was no longer so on the server. `age` is in nanoseconds. */
  | { readonly kind: "stale-read"; readonly path: string; readonly age: number }
  | { readonly kind: "stale-attributes"; readonly path: string; readonly age: number }
  | { readonly kind: "stale-lookup"; readonly path: string; readonly found: boolean; readonly age: number }
  | { readonly kind: "stale-listing"; readonly path: string; readonly age: number }
  /** A request was sent again because no answer came in time. */
  | {
      readonly kind: "request-retransmitted";
      readonly operation: string;
      readonly path: string;
      readonly attempt: number;
    }
  /** The server carried out a request that it had carried out before. */
  | { readonly kind: "request-executed-again"; readonly operation: string; readonly client: string }
  | { readonly kind: "request-timed-out"; readonly operation: string; readonly path: string }
  | { readonly kind: "write-back-lost"; readonly disk: string; readonly bytes: number };

/** Puts an event into the world's trace. Compose it only when {@link Kernel.tracing}. */
export function traceDisk(kernel: Kernel, host: string, event: DiskEvent): void {
  kernel.traceWorld(host, event);
}
