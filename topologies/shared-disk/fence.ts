import { defaultEngineParts, type EngineParts } from "../../engine/index.ts";
import type { Host } from "../../host/host.ts";
import type { OpenClaim } from "./epoch-claims.ts";
import { JoinedRuns } from "./joined-runs.ts";

/** A primary's epoch has been ended: somebody else writes, or is about to. */
export class DeposedError extends Error {
  override readonly name = "DeposedError";
  readonly epoch: number;

  constructor(epoch: number, by: string) {
    super(`epoch ${epoch} was ended by ${by}: this node is no longer the primary`);
    this.epoch = epoch;
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
    const first = this.deposed === undefined;
    this.deposed ??= new DeposedError(epoch, `epoch ${by}`);
    if (first) {
      this.host.trace({ kind: "deposed", epoch, by });
      this.onDeposed();
    }
    throw this.deposed;
  }
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
