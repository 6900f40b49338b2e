import type { Host } from "../../host/host.ts";
import { MILLISECOND, SECOND, type Duration } from "../../host/time.ts";
import { nodeNames } from "../replication/local-disks.ts";
import { OperationError, type ClusterConfig, type SyncMode } from "../topology.ts";
import { Failover } from "../wal-stream/failover.ts";
import { ControlCaller, type ControlAnswer, type ControlRequest, type Standing } from "./control-protocol.ts";
import { type Foundation, sameFoundation } from "./foundation.ts";
import { levelOf } from "./level.ts";
import { decided } from "./node.ts";

/** How long a node may take over one step: to let go of what it does, and to copy what cannot be shared. */
const COMMAND_DEADLINE: Duration = 5 * SECOND;
/** How long nodes may take to come to the same entry, once no more are added. */
const LEVELLING: Duration = 10 * SECOND;
/** How long those that run Raft may take to have a leader, and the others to follow. */
const FINISHING: Duration = 10 * SECOND;
/** How often the person looks. */
const LOOK: Duration = 20 * MILLISECOND;
/** After so long without a primary the person has another take over. */
const VACANCY: Duration = 500 * MILLISECOND;

/** A failover as a step of something larger. */
class FailoverStep extends Failover {
  /** How many nodes it takes so that one of them has every change that was acknowledged as the mode does. */
  get enough(): number {
    return this.needed();
  }
}

/**
 * A person's way to take a cluster from WAL streaming to Raft, with its data. All steps may be taken again, by anybody, after
 * whatever has become of an earlier attempt:
 *
 * 1. freeze: no node takes changes any more. Reads go on.
 * 2. level: wait until all hold the same, with a failover if nobody leads. From then on it stays so.
 * 3. seal: each binds itself to begin Raft with that, follows nobody and is led by nobody. Only enough of them make a beginning:
 *    a majority, of which one has all that was acknowledged; no two beginnings can have one each.
 * 4. convert: each makes Raft's data of its own, and runs Raft. All that are sealed have the same data and no votes, so that any
 *    majority of them may elect.
 * 5. whoever was not sealed joins as a new member, once somebody runs Raft.
 */
export class Upgrade {
  protected readonly host: Host;
  private readonly nodes: readonly string[];
  private readonly caller: ControlCaller;
  private readonly failover: FailoverStep;

  constructor(host: Host, config: ClusterConfig, sync: SyncMode) {
    this.host = host;
    this.nodes = nodeNames(config);
    this.caller = new ControlCaller(host);
    this.failover = new FailoverStep(host, config, sync);
  }

  /** What the nodes say that can be reached. */
  look(): Promise<Standing[]> {
    return this.caller.standings(this.nodes);
  }

  /** @throws OperationError when it cannot be done now, with the reason: to be run again then */
  async run(): Promise<void> {
    const seen = await this.look();
    let foundation = decided(seen) ?? this.begun(seen);
    if (foundation === undefined) {
      if (seen.length < this.nodes.length) throw refusal("node-missing", `${this.missing(seen)} does not answer`);
      foundation = await this.level();
    }
    if (decided(seen) === undefined) await this.seal(foundation);
    await this.convert(foundation);
    await this.finish(foundation);
  }

  /** What most of those are bound to that are bound to anything: an earlier attempt's. */
  private begun(seen: readonly Standing[]): Foundation | undefined {
    const bound = seen.flatMap(({ foundation }) => (foundation === undefined ? [] : [foundation]));
    const count = (each: Foundation): number => bound.filter((other) => sameFoundation(each, other)).length;
    return bound.reduce<Foundation | undefined>(
      (most, next) => (most === undefined || count(next) > count(most) ? next : most),
      undefined,
    );
  }

  /** Waits until all hold the same, and nobody can have more any more. */
  private async level(): Promise<Foundation> {
    const { host, nodes } = this;
    await this.freeze();
    const since = host.clock.monotonic();
    let vacant = since;
    while (host.clock.monotonic() - since < LEVELLING) {
      const seen = await this.look();
      const foundation = levelOf(seen, nodes) ?? decided(seen) ?? this.begun(seen);
      if (foundation !== undefined) return foundation;
      const now = host.clock.monotonic();
      if (this.isLed(seen)) vacant = now;
      if (now - vacant >= VACANCY) {
        await this.failOver();
        vacant = host.clock.monotonic();
      }
      await host.clock.sleep(LOOK);
    }
    throw refusal("not-level", "the nodes have not come to hold the same in time; look for what keeps one behind");
  }

  private async freeze(): Promise<void> {
    const answers = await Promise.all(this.nodes.map((node) => this.command(node, { ask: "freeze" })));
    for (const [index, answer] of answers.entries()) {
      if (answer?.done !== true) throw this.unfinished(this.nodes[index] as string, answer);
    }
  }

  /** Whether all can follow the one that leads: not those that have promised somebody to follow no earlier epoch. */
  private isLed(seen: readonly Standing[]): boolean {
    const leader = seen.find(({ leads }) => leads);
    if (leader?.stream === undefined) return false;
    const { epoch } = leader.stream;
    return seen.every(({ stream }) => stream === undefined || stream.promised <= epoch);
  }

  private async failOver(): Promise<void> {
    try {
      this.step("failed-over", await this.failover.run());
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      this.host.trace({ kind: "operator-step", step: "waits", subject: "", code: error.code, reason: error.message });
    }
  }

  /**
   * One node after the other, and each told what the first is bound to: two people at a time who have found the cluster in two
   * states would else bind one half to the one and one half to the other.
   */
  private async seal(foundation: Foundation): Promise<void> {
    let bound = 0;
    let refusedBy: OperationError | undefined;
    for (const node of this.nodes) {
      const answer = await this.command(node, { ask: "seal", foundation });
      if (answer?.done === true) {
        bound++;
        continue;
      }
      refusedBy ??= this.unfinished(node, answer);
      // Of what nobody is bound to yet, nobody need be.
      if (bound === 0) break;
    }
    if (bound < this.enough()) throw refusedBy as OperationError;
  }

  /** How many must be bound to the same: no two majorities are, and what was acknowledged is with one of them. */
  protected enough(): number {
    return Math.max(Math.floor(this.nodes.length / 2) + 1, this.failover.enough);
  }

  /** Those first that are bound; once one has gone over, all others follow as what they can be. */
  private async convert(foundation: Foundation): Promise<void> {
    const seen = await this.look();
    const first = seen.filter(({ foundation: own }) => own !== undefined && sameFoundation(own, foundation));
    await Promise.all(first.map(({ node }) => this.command(node, { ask: "convert", foundation, decided: false })));
    const others = this.nodes.filter((node) => !first.some((each) => each.node === node));
    if (decided(await this.look()) === undefined) throw refusal("not-converted", "no node has gone over; run it again");
    await Promise.all(others.map((node) => this.command(node, { ask: "convert", foundation, decided: true })));
  }

  /** Waits until there is a leader, and nobody has stayed behind. */
  private async finish(foundation: Foundation): Promise<void> {
    const { host, nodes } = this;
    const since = host.clock.monotonic();
    let seen = await this.look();
    let led = false;
    while (host.clock.monotonic() - since < FINISHING) {
      led = seen.some(({ protocol, leads }) => protocol === "raft" && leads);
      const behind = nodes.filter((name) => !seen.some(({ node, protocol }) => node === name && protocol === "raft"));
      if (led && behind.length === 0) {
        this.step("upgraded", "");
        return;
      }
      await host.clock.sleep(LOOK);
      seen = await this.look();
    }
    if (!led) throw new OperationError("unknown", "no-leader", "no leader serves yet; look again");
    const { last } = foundation;
    throw refusal("node-behind", `Raft serves from ${last.lsn} on, without ${this.missing(seen)}; run it again`);
  }

  private async command(
    node: string,
    request: Exclude<ControlRequest, { ask: "status" }>,
  ): Promise<ControlAnswer | undefined> {
    this.step(request.ask, node);
    return this.caller.command(node, request, COMMAND_DEADLINE);
  }

  private missing(seen: readonly Standing[]): string {
    return this.nodes.filter((name) => !seen.some(({ node }) => node === name)).join(", ");
  }

  private unfinished(node: string, answer: ControlAnswer | undefined): OperationError {
    return answer === undefined
      ? new OperationError("unknown", "no-answer", `${node} has not answered; run it again`)
      : refusal(answer.code, `${node} could not take the step; run it again`);
  }

  private step(step: string, subject: string): void {
    this.host.trace({ kind: "operator-step", step, subject });
  }
}

function refusal(code: string, message: string): OperationError {
  return new OperationError("failed", code, message);
}
