import type { CoreContext } from "./core-context.ts";
import type { Replicator } from "./replicator.ts";

/**
 * Hands the leadership over (dissertation 3.10): takes no proposals any more, brings the target up to date, and asks it to
 * begin an election. Given up after an election time-out.
 */
export class LeadershipTransfer {
  protected readonly core: CoreContext;
  protected readonly replicator: Replicator;
  private target_: string | undefined;
  private begunAt = 0;
  /** Whether anybody has been asked, in this term, to be elected whatever leases there are. */
  private asked = false;

  constructor(core: CoreContext, replicator: Replicator) {
    this.core = core;
    this.replicator = replicator;
  }

  get target(): string | undefined {
    return this.target_;
  }

  begin(target: string): void {
    this.target_ = target;
    this.begunAt = this.core.now;
    const progress = this.replicator.peer(target);
    if (progress !== undefined) progress.nudged = true;
    this.askIfReady();
  }

  tick(): void {
    if (this.core.now - this.begunAt >= this.core.settings.electionTicks) this.target_ = undefined;
  }

  /** The target has more of the log, or is not a member any more. */
  askIfReady(): void {
    const { target_, core, replicator } = this;
    if (target_ === undefined) return;
    const progress = replicator.peer(target_);
    if (progress === undefined) this.target_ = undefined;
    else if (progress.match === core.log.lastIndex) this.ask(target_);
  }

  /** Asks a node to be elected at once. */
  ask(to: string): void {
    const { id: from, term } = this.core;
    this.asked = true;
    this.core.send({ kind: "timeout-now", from, to, term });
  }

  /**
   * Whether followers may vote for another while they hear from this leader. Once the target has been asked, for the rest of
   * the term: the message, or the votes that it leads to, may come at any time, even after the transfer was given up
   * (tikv#1593).
   */
  endsLease(): boolean {
    return this.target_ !== undefined || this.asked;
  }
}
