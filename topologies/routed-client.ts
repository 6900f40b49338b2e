import type { Host } from "../host/host.ts";
import { MILLISECOND, type Duration } from "../host/time.ts";
import { NodeCaller, REQUEST_DEADLINE } from "./cluster-client.ts";
import { isReadOnly, type ClientOperation } from "./operation.ts";
import { epochOf } from "./position.ts";
import type { RequestTerms } from "./protocol.ts";
import { OperationError, type Answer, type ClusterClient, type ReadTarget, type SyncMode } from "./topology.ts";

/** The code of a refusal by a node that does not take changes; it may name the node that does. */
export const NOT_PRIMARY = "not-primary";

/** Before a node that refused is asked again: who takes over needs a moment. */
const PAUSE: Duration = 20 * MILLISECOND;

/**
 * A client of a cluster whose primary changes. It keeps to the primary it knows, follows the hint of one that refuses, and
 * goes round when nobody knows. What may have happened is never sent twice: only a refusal, or a node that was never reached,
 * lets it try another, as often as there are nodes.
 *
 * It is a session: with `fresh: "session"` a read asks for no less than what it has seen, of every epoch. What it has seen of one
 * that a failover cut short is gone for good: such reads are refused from then on, and whoever can do without begins anew.
 */
export class RoutedClient implements ClusterClient {
  private readonly host: Host;
  private readonly nodes: readonly string[];
  private readonly caller: NodeCaller;
  private primary: number;
  /** The highest position that it has seen, by epoch. */
  private readonly seen = new Map<number, number>();

  /** @param nodes every node that may be the primary, the likeliest first */
  constructor(host: Host, nodes: readonly string[]) {
    this.host = host;
    this.nodes = nodes;
    this.caller = new NodeCaller(host);
    this.primary = 0;
  }

  async execute(operation: ClientOperation, target: ReadTarget, sync?: SyncMode): Promise<Answer> {
    const reads = isReadOnly(operation);
    const terms = this.termsOf(reads, target, sync);
    const answer =
      reads && target.role === "replica"
        ? await this.askReplica(operation, target.choice, terms)
        : await this.askPrimary(operation, terms);
    if (answer.position !== undefined) this.note(answer.position);
    return answer;
  }

  private termsOf(reads: boolean, { role, fresh }: ReadTarget, sync: SyncMode | undefined): RequestTerms {
    if (!reads) return sync === undefined ? {} : { sync };
    // A node that has lost the role would take the read for one that a replica may answer.
    const terms: RequestTerms = role === "primary" ? { fromPrimary: true } : {};
    if (fresh === undefined) return terms;
    if (fresh !== "session") return { ...terms, staleness: fresh };
    const seen = [...this.seen.values()].sort((a, b) => a - b);
    const atLeast = seen.pop() ?? 0;
    return { ...terms, atLeast, ...(seen.length === 0 ? {} : { earlier: seen }) };
  }

  private note(position: number): void {
    const epoch = epochOf(position);
    this.seen.set(epoch, Math.max(this.seen.get(epoch) ?? 0, position));
  }

  /** Any node but the one that is taken for the primary; the node there is, when there is one. */
  private askReplica(operation: ClientOperation, choice: number, terms: RequestTerms): Promise<Answer> {
    const { nodes, primary } = this;
    const others = nodes.filter((_, index) => index !== primary);
    const asked = others.length === 0 ? nodes : others;
    return this.caller.execute(asked[choice % asked.length] as string, operation, terms);
  }

  private async askPrimary(operation: ClientOperation, terms: RequestTerms): Promise<Answer> {
    const { host, nodes } = this;
    const since = host.clock.monotonic();
    for (let attempt = 1; ; attempt++) {
      const left = REQUEST_DEADLINE - (host.clock.monotonic() - since);
      try {
        return await this.caller.execute(nodes[this.primary] as string, operation, terms, Math.max(left, 1));
      } catch (error) {
        if (!(error instanceof OperationError)) throw error;
        this.reconsider(error);
        const refused = error.code === NOT_PRIMARY || error.code === "unreachable";
        const certain = refused && error.outcome === "failed";
        if (!certain || attempt >= 2 * nodes.length || left <= PAUSE) throw error;
      }
      await host.clock.sleep(PAUSE);
    }
  }

  /** Whom to ask next, after one that gave no good answer. */
  private reconsider({ code, outcome, primary }: OperationError): void {
    if (code !== NOT_PRIMARY && code !== "unreachable" && outcome !== "unknown") return;
    const hinted = primary === undefined ? -1 : this.nodes.indexOf(primary);
    this.primary = hinted >= 0 ? hinted : (this.primary + 1) % this.nodes.length;
  }
}
