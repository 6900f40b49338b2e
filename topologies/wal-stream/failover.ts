import type { Host } from "../../host/host.ts";
import { SECOND, type Duration } from "../../host/time.ts";
import { nodeNames } from "../replication/local-disks.ts";
import { OperationError, type ClusterConfig, type SyncMode } from "../topology.ts";
import { ControlCaller, type NodeStatus } from "./control-protocol.ts";
import { comparePositions, nextRound } from "./epoch-history.ts";

/** How long a node may take to let go of what it does, and to make that durable. */
const COMMAND_DEADLINE: Duration = 2 * SECOND;

/** What a person wants. */
export interface FailoverWish {
  /** Who is to be primary; undefined: the most advanced. */
  readonly subject?: string;
  /** Who is not to be. */
  readonly without?: string;
  /** Whether `subject` is wanted although others have more: what only they have is lost. */
  readonly forced?: boolean;
}

/**
 * A person's way to make another node primary: look, fence, choose, promote.
 *
 * All that can be reached promise to follow no earlier epoch before anybody is chosen, so that what the old primary may still
 * acknowledge rests on nodes that were not asked. How many must promise follows from how many acknowledge: any set of nodes
 * that large has a node with every acknowledged change, and the most advanced of it has them all.
 */
export class Failover {
  protected readonly host: Host;
  private readonly nodes: readonly string[];
  private readonly sync: SyncMode;
  private readonly caller: ControlCaller;
  /**
   * The latest round that this person has begun. Nodes remember it too, but those that heard of it may lose their disks: were its
   * epochs used once more, what the lost primary acknowledged would have the positions of other changes.
   */
  private begun = 0;

  constructor(host: Host, config: ClusterConfig, sync: SyncMode) {
    this.host = host;
    this.nodes = nodeNames(config);
    this.sync = sync;
    this.caller = new ControlCaller(host);
  }

  /** What the nodes say that can be reached. */
  look(): Promise<NodeStatus[]> {
    return this.caller.statuses(this.nodes);
  }

  /**
   * @returns who is primary now
   * @throws OperationError when it cannot be done or makes no sense, with the reason; "unknown" when that did not show
   */
  async run(wish: FailoverWish = {}): Promise<string> {
    const seen = await this.look();
    this.check(seen, wish);
    const latest = seen.reduce((most, { epoch, promised }) => Math.max(most, epoch, promised), this.begun);
    const round = nextRound(latest, this.nodes.length);
    this.begun = round;
    const by = `${this.host.name}/${this.host.random("failover").uint32()}`;
    const fenced = await this.fence(round, by);
    const candidates = fenced.filter(({ whole, node }) => whole && node !== wish.without);
    const needed = this.needed();
    if (candidates.length < needed) {
      throw refusal("too-few-nodes", `${candidates.length} nodes with data have promised; it takes ${needed}`);
    }
    const best = this.choose(candidates);
    const { subject, forced = false } = wish;
    const wanted = candidates.find(({ node }) => node === subject);
    if (subject !== undefined && wanted === undefined) throw refusal("unreachable", `${subject} has not promised`);
    const behind = wanted !== undefined && comparePositions(positionOf(wanted), positionOf(best)) < 0;
    // The others have been fenced: somebody must lead, if not the one that was wanted.
    const chosen = wanted === undefined || (behind && !forced) ? best : wanted;
    await this.promote(chosen.node, round, by);
    if (behind && !forced) {
      throw refusal("not-most-advanced", `${subject} lacks what ${best.node} has, which leads now`);
    }
    return chosen.node;
  }

  /** Makes a node copy all data anew. @throws OperationError */
  async resync(subject: string): Promise<void> {
    this.step("resync", subject);
    const answer = await this.caller.command(subject, { ask: "resync" }, COMMAND_DEADLINE);
    if (answer === undefined) throw unclear(subject);
    if (!answer.done) throw refusal(answer.code, answer.reason);
  }

  /** How many nodes with data it takes so that one of them has every change that was acknowledged as the mode does. */
  protected needed(): number {
    const { length } = this.nodes;
    // The primary and one replica have it: a set that leaves out one node has one of the two. In the other modes every node has
    // it, or nothing is promised.
    return this.sync === "semi" ? Math.max(1, length - 1) : 1;
  }

  /** The most advanced: the epoch of the last entry first, then its LSN; never the one that merely has the most. */
  protected choose(candidates: readonly NodeStatus[]): NodeStatus {
    return candidates.reduce((best, next) => (comparePositions(positionOf(next), positionOf(best)) > 0 ? next : best));
  }

  /** Refuses what makes no sense, before anything is done. */
  private check(seen: readonly NodeStatus[], { subject, without }: FailoverWish): void {
    const status = seen.find(({ node }) => node === subject);
    if (subject !== undefined) {
      if (status === undefined) throw refusal("unreachable", `${subject} does not answer`);
      if (status.role === "primary") throw refusal("already-primary", `${subject} is the primary`);
      if (status.cluster === 0) throw refusal("no-data", `${subject} has no data`);
      if (status.copying || !status.whole) throw refusal("synchronising", `${subject} does not have all data yet`);
    }
    const usable = seen.filter(({ whole, node }) => whole && node !== without).length;
    if (usable < this.needed()) {
      throw refusal("too-few-nodes", `${usable} nodes with data answer; it takes ${this.needed()}`);
    }
  }

  private async fence(epoch: number, by: string): Promise<NodeStatus[]> {
    const answers = await Promise.all(
      this.nodes.map((node) => {
        this.step("fence", node);
        return this.caller.command(node, { ask: "promise", epoch, by }, COMMAND_DEADLINE);
      }),
    );
    return answers.flatMap((answer) => (answer?.done === true ? [answer.status] : []));
  }

  private async promote(node: string, promised: number, by: string): Promise<void> {
    this.step("promote", node);
    const answer = await this.caller.command(node, { ask: "promote", promised, by }, COMMAND_DEADLINE);
    if (answer === undefined) throw unclear(node);
    if (!answer.done) throw refusal(answer.code, answer.reason);
  }

  private step(step: string, subject: string): void {
    this.host.trace({ kind: "operator-step", step, subject });
  }
}

function positionOf({ lastEpoch, lastLsn }: NodeStatus): { readonly epoch: number; readonly lsn: number } {
  return { epoch: lastEpoch, lsn: lastLsn };
}

function refusal(code: string, message: string): OperationError {
  return new OperationError("failed", code, message);
}

function unclear(node: string): OperationError {
  return new OperationError("unknown", "no-answer", `${node} has not answered; look again`);
}
