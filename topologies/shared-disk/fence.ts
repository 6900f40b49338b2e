import { defaultEngineParts, type EngineParts } from "../../engine/index.ts";
import { FileSystemError } from "../../host/file-system-error.ts";
import type { FileSystem, Reservation } from "../../host/file-system.ts";
import type { Host } from "../../host/host.ts";
import type { OpenClaim } from "./epoch-claims.ts";
import { JoinedRuns } from "./joined-runs.ts";
import type { NodeContext } from "./node-context.ts";

/** A primary's epoch has been ended: somebody else writes, or is about to. */
export class DeposedError extends Error {
  override readonly name = "DeposedError";

  /** @param what became of what made it the primary */
  constructor(what: string) {
    super(`${what}: this node is no longer the primary`);
  }
}

/** Tells a primary whether it still is one, by asking the disk. */
export interface Fence {
  /**
   * Asks whether this node is the primary still. What it has seen or made durable before the call, it may answer for.
   *
   * @throws DeposedError it is not; FileSystemError it cannot tell
   */
  confirm(): Promise<void>;
  /** The answer to the last question that was answered, once it was no. */
  readonly deposed: DeposedError | undefined;
}

/** A fence that looks at the seal of the primary's epoch. One look answers all who asked before it began. */
export class EpochFence implements Fence {
  deposed: DeposedError | undefined;
  private readonly host: Host;
  private readonly claim: OpenClaim;
  private readonly onDeposed: () => void;
  private readonly looks = new JoinedRuns(() => this.look());

  /** @param onDeposed called once, when the seal is found */
  constructor(host: Host, claim: OpenClaim, onDeposed: () => void) {
    this.host = host;
    this.claim = claim;
    this.onDeposed = onDeposed;
  }

  confirm(): Promise<void> {
    return this.looks.run();
  }

  private async look(): Promise<void> {
    if (this.deposed !== undefined) throw this.deposed;
    const { epoch } = this.claim;
    const by = await this.claim.sealedBy();
    if (by === undefined) return;
    this.deposed = new DeposedError(`epoch ${epoch} was ended by epoch ${by}`);
    this.host.trace({ kind: "deposed", epoch, by });
    this.onDeposed();
    throw this.deposed;
  }
}

/**
 * A fence that asks who holds the disk's reservation. The server sees to it that nobody else's writes reach the disk; what is
 * answered from memory has to ask.
 */
export class ReservationFence implements Fence {
  deposed: DeposedError | undefined;
  private readonly host: Host;
  private readonly fs: FileSystem;
  private readonly onDeposed: () => void;
  private readonly looks = new JoinedRuns(() => this.look());

  /** @param onDeposed called once, when another host is found to hold it */
  constructor(host: Host, fs: FileSystem, onDeposed: () => void) {
    this.host = host;
    this.fs = fs;
    this.onDeposed = onDeposed;
  }

  confirm(): Promise<void> {
    return this.looks.run();
  }

  private async look(): Promise<void> {
    if (this.deposed !== undefined) throw this.deposed;
    const { holder } = await reservationOf(this.fs);
    if (holder === this.host.name) return;
    this.deposed = new DeposedError(`${holder ?? "nobody"} holds the disk's reservation`);
    this.host.trace({ kind: "deposed", by: holder });
    this.onDeposed();
    throw this.deposed;
  }
}

/** Who holds the reservation. @throws FileSystemError ENOTSUP where there is none to be had */
export async function reservationOf(fs: FileSystem): Promise<Reservation> {
  if (fs.reservation === undefined) throw new FileSystemError("ENOTSUP", "reserve", "/");
  return fs.reservation();
}

/** Takes the reservation, from whoever holds it. @throws FileSystemError EAGAIN somebody else was faster; ENOTSUP */
export async function takeReservation({ host, fs }: Pick<NodeContext, "host" | "fs">): Promise<void> {
  const { holder, generation } = await reservationOf(fs);
  if (holder === host.name) return;
  await fs.reserve?.(generation);
  host.trace({ kind: "reservation-taken", from: holder });
}

/**
 * An engine that asks the fence between making writes durable and showing or acknowledging them. Asked before, a successor
 * could seal and read in between, and the acknowledged write would not be among what it carries on.
 */
export function fencedParts(fence: Fence, parts: EngineParts = defaultEngineParts): EngineParts {
  return {
    ...parts,
    CommitQueue: class extends parts.CommitQueue {
      protected override async syncLog(): Promise<void> {
        await super.syncLog();
        await fence.confirm();
      }
    },
  };
}
