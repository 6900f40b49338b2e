import type { Host } from "../../host/host.ts";
import { MILLISECOND, SECOND, type Duration } from "../../host/time.ts";
import { nodeNames } from "../replication/local-disks.ts";
import { OperationError, type ClusterConfig, type MemberChange, type OperatorAction } from "../topology.ts";
import { ControlCaller, type ControlRequest, type NodeStatus } from "./control-protocol.ts";

/** What a person can do. */
export type RaftStep = "transfer-leader" | "add-node" | "remove-node" | "replace-node";

/** How long a person tries until a step is done: all data may have to be copied. */
const PATIENCE: Duration = 10 * SECOND;
const RETRY: Duration = 100 * MILLISECOND;

/** What makes no sense now, nor in a moment: with what is told of it. */
const FINAL: ReadonlyMap<string, string> = new Map([
  ["already-member", "it is a member already"],
  ["no-member", "it is no member"],
  ["last-voter", "nobody would be left; take the cluster out of use instead"],
  ["unconfirmed", "too few of those who would be left answer the leader"],
  ["change-pending", "another change of the members is under way; try again once it is done"],
]);

/** A person at work on a cluster, with what asks its nodes. */
class Operator {
  private readonly host: Host;
  private readonly caller: ControlCaller;
  private readonly nodes: readonly string[];

  constructor(host: Host, config: ClusterConfig) {
    this.host = host;
    this.caller = new ControlCaller(host, config);
    this.nodes = nodeNames(config);
  }

  async transfer(to: string): Promise<void> {
    const leader = this.leaderOf(await this.statuses());
    const answer = await this.caller.command(leader, { ask: "transfer", to });
    if (answer?.done === true) return;
    throw new OperationError("failed", answer?.code ?? "no-answer", `${leader} did not begin to hand over`, leader);
  }

  /** Adds a node that waits, and stays until it has its vote. */
  async add(node: string): Promise<void> {
    // As whom it comes: it is another when it was let go, or has lost its disk, meanwhile.
    await this.insist(`${node} cannot be added`, "already-member", (statuses) => {
      const member = statuses.get(node)?.member;
      return member === undefined || member === "" ? undefined : { ask: "add", member };
    });
  }

  async remove(node: string): Promise<void> {
    await this.insist(`${node} cannot be removed`, "no-member", () => ({ ask: "remove", host: node }));
  }

  /** Puts a node that waits in the place of another: first the one comes, then the other goes. */
  async replace(node: string): Promise<void> {
    const statuses = await this.statuses();
    const leader = this.leaderOf(statuses);
    if (!(statuses.get(leader) as NodeStatus).members.includes(node)) {
      throw new OperationError("failed", "no-member", `${node} is no member`, leader);
    }
    const spare = [...statuses].find(([, status]) => status.spare)?.[0];
    if (spare === undefined) {
      throw new OperationError("failed", "no-spare", `there is no node that could take the place of ${node}`);
    }
    await this.add(spare);
    await this.remove(node);
  }

  /**
   * Asks whoever leads, until it is done.
   *
   * @param what for messages
   * @param after the refusal which says that it is done, once it was begun; before, that there is nothing to do
   * @param requestFor undefined while nothing can be asked for: the node does not answer
   * @throws OperationError
   */
  private async insist(
    what: string,
    after: "already-member" | "no-member",
    requestFor: (statuses: ReadonlyMap<string, NodeStatus>) => ControlRequest | undefined,
  ): Promise<void> {
    const { host, caller } = this;
    const since = host.clock.monotonic();
    let begun = false;
    for (;;) {
      const statuses = await this.statuses();
      const leader = leaderAmong(statuses);
      const request = requestFor(statuses);
      let code = leader === undefined ? "no-leader" : "unreachable";
      if (leader !== undefined && request !== undefined) {
        const answer = await caller.command(leader, request);
        code = answer === undefined ? "no-answer" : answer.done ? "already-member" : answer.code;
        if (begun && code === after) return;
        const reason = FINAL.get(code);
        if (reason !== undefined && !(begun && code === "change-pending")) {
          throw new OperationError("failed", code, `${what}: ${reason}`, leader);
        }
        // What was not answered may have been begun.
        begun ||= code === "under-way" || code === "no-answer";
      }
      if (host.clock.monotonic() - since > PATIENCE) {
        const problem = begun ? "it was begun, and is not done in time" : `there was no way to begin (${code})`;
        throw new OperationError(begun ? "unknown" : "failed", code, `${what}: ${problem}`, leader);
      }
      await host.clock.sleep(RETRY);
    }
  }

  private statuses(): Promise<ReadonlyMap<string, NodeStatus>> {
    return this.caller.statuses(this.nodes);
  }

  /** @throws OperationError when nobody leads */
  private leaderOf(statuses: ReadonlyMap<string, NodeStatus>): string {
    const leader = leaderAmong(statuses);
    if (leader === undefined) throw new OperationError("failed", "no-leader", "nobody leads just now; try again");
    return leader;
  }
}

/** The first who says that it leads. */
function leaderAmong(statuses: ReadonlyMap<string, NodeStatus>): string | undefined {
  return [...statuses].find(([, { leads }]) => leads)?.[0];
}

function step(
  name: RaftStep,
  description: string,
  carryOut: (operator: Operator, subject: string) => Promise<void>,
  members?: MemberChange,
): OperatorAction {
  const run: OperatorAction["run"] = (host, config, subject) => carryOut(new Operator(host, config), subject);
  return { name, description, run, ...(members === undefined ? {} : { members }) };
}

/** What a person may do to a cluster of Raft. */
export const raftActions: readonly OperatorAction[] = [
  step("transfer-leader", "lets the leader hand over to a node", (operator, subject) => operator.transfer(subject)),
  step(
    "add-node",
    "makes a node a voter that belongs to no cluster",
    (operator, subject) => operator.add(subject),
    "joins",
  ),
  step(
    "remove-node",
    "lets a node go, which gives up its data",
    (operator, subject) => operator.remove(subject),
    "leaves",
  ),
  step(
    "replace-node",
    "puts a node that belongs to no cluster in another's place",
    (operator, subject) => operator.replace(subject),
    "is-replaced",
  ),
];
