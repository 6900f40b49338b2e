import type { Configuration } from "./configuration.ts";
import type { PlacedConfiguration } from "./configuration-history.ts";
import type { Entry, LogPosition } from "./entry.ts";
import type { ProgressState } from "./progress.ts";
import type { RaftRole } from "./ready.ts";

/** A log, to be read only. */
export interface LogView {
  readonly base: LogPosition;
  readonly lastIndex: number;
  readonly lastTerm: number;
  termAt(index: number): number | undefined;
  entryAt(index: number): Entry | undefined;
}

/** How far another member is, as a leader knows. */
export interface PeerInspection {
  readonly id: string;
  readonly match: number;
  readonly next: number;
  readonly state: ProgressState;
}

/** A core as an invariant or a person sees it. */
export interface CoreInspection {
  readonly id: string;
  readonly incarnation: number;
  readonly role: RaftRole;
  readonly term: number;
  readonly vote: string | undefined;
  readonly leader: string | undefined;
  readonly commit: number;
  readonly applied: number;
  /** Index of a snapshot that is still to be put in the place of the data; `applied` is behind the log's base so long. */
  readonly installing: number | undefined;
  /** What would be found after a power loss: term, vote, and the log up to an index. */
  readonly durable: { readonly term: number; readonly vote: string | undefined; readonly index: number };
  readonly firstIndex: number;
  readonly lastIndex: number;
  readonly lastTerm: number;
  readonly configuration: PlacedConfiguration;
  /** The latest that is known to be committed; the oldest known when that is older. */
  readonly committedConfiguration: PlacedConfiguration;
  /** What a change leads to that a leader holds back until those have answered whom it leads to. */
  readonly comingConfiguration: Configuration | undefined;
  /** A leader's only, in order of the configuration. */
  readonly peers: readonly PeerInspection[];
  /** The last tick in which a leader may answer by its clock, and the present one. */
  readonly leaseEnd: number | undefined;
  readonly now: number;
  /** Whom a leader hands over to. */
  readonly transferTarget: string | undefined;
  readonly log: LogView;
}
