import type { Clock } from "./clock.ts";
import type { FileSystem } from "./file-system.ts";
import type { Network } from "./network.ts";
import type { RandomStream } from "./random.ts";
import type { TraceEvent } from "./trace.ts";

/** A wish, from outside, that the node end in good order. */
export interface StopSignal {
  readonly requested: boolean;
  /** Resolves when the wish is made; never rejects. */
  readonly whenRequested: Promise<void>;
}

/** Work that a node does beside its main task. */
export interface Task {
  readonly name: string;
  /** Resolves when the task has ended well. Never rejects: a task that fails crashes its node. */
  readonly done: Promise<void>;
}

/**
 * The machine under one node, without its network: what storage code may touch. Implemented by a simulation and by a real
 * machine, and the only way from a node to the world.
 *
 * A host object belongs to one incarnation. After that incarnation's end nothing it is asked has any effect: promises stay
 * pending for ever, and calls that answer at once answer with what was true last.
 */
export interface LocalHost {
  readonly name: string;

  /** 1 for the first start, one more after each restart. */
  readonly incarnation: number;

  readonly clock: Clock;

  readonly stop: StopSignal;

  /**
   * Charges work to this host's processors, first come first served, and resolves when it is done. Also the place for long
   * computations to let others run.
   *
   * @param nanoseconds what the work takes on one processor of the nominal speed; whole, not negative
   */
  cpu(nanoseconds: number): Promise<void>;

  /** The stream of draws for a purpose: the same object for the same purpose within an incarnation. */
  random(purpose: string): RandomStream;

  /**
   * A file system mounted on this host, usually "local" or "shared".
   *
   * @throws UnknownMountError when nothing of that name is mounted here
   */
  fs(mount: string): FileSystem;

  /** Starts a task of this node. When its function rejects or throws, that is a reported crash of the node. */
  spawn(name: string, run: () => Promise<void>): Task;

  /** Reports an error that the node cannot live with, and crashes it. Nothing the caller does after has any effect. */
  fatal(error: unknown): void;

  /** Reports what happened, to whoever watches. Has no influence on anything. */
  trace(event: TraceEvent): void;
}

/** The machine under one node. */
export interface Host extends LocalHost {
  readonly net: Network;
}

/** A node asked for a mount that its machine does not have. */
export class UnknownMountError extends Error {
  override readonly name = "UnknownMountError";

  constructor(host: string, mount: string, known: readonly string[]) {
    super(`host '${host}' has no mount '${mount}'; it has ${known.length === 0 ? "none" : known.join(", ")}`);
  }
}
