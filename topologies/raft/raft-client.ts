import type { Host } from "../../host/host.ts";
import { MILLISECOND, SECOND, type Duration, type MonotonicTime } from "../../host/time.ts";
import { NodeCaller, REQUEST_DEADLINE } from "../cluster-client.ts";
import { isReadOnly, type ClientOperation } from "../operation.ts";
import type { RequestTerms } from "../protocol.ts";
import { OperationError, type Answer, type ClusterClient, type ReadTarget } from "../topology.ts";
import { nodeNames } from "../replication/local-disks.ts";
import { settingsOf, type ModeSettings } from "./settings.ts";
import type { ClusterConfig } from "../topology.ts";

/** How long one node is waited for: another may lead meanwhile. */
const ATTEMPT: Duration = SECOND;
/** Before the next node is asked: who takes over needs a moment. */
const PAUSE: Duration = 20 * MILLISECOND;
/** Codes of refusals that another node, or another moment, would not change. */
const FINAL: ReadonlySet<string> = new Set(["mismatch", "overdrawn", "out-of-range", "bad-request"]);
const OPENING: ClientOperation = { op: "txn", steps: [] };

/**
 * A client of a Raft cluster. It keeps to the leader that it knows, follows the hint of a node that is none, and goes round when
 * nobody knows. A change keeps its number in the client's session however often it is sent, so that it is carried out once
 * (dissertation 6.3); what is not known when time is up stays unknown.
 */
export class RaftClient implements ClusterClient {
  private readonly host: Host;
  private readonly nodes: readonly string[];
  private readonly caller: NodeCaller;
  private readonly readsAnywhere: boolean;
  private leader = 0;
  /** Whether the leader that is known could not be reached, so that others must ask it. */
  private relays = false;
  private session: Promise<number> | undefined;
  private sequence = 0;
  /** Changes that wait for their answers. */
  private readonly open = new Set<number>();

  constructor(host: Host, config: ClusterConfig, mode: ModeSettings) {
    this.host = host;
    this.nodes = nodeNames(config);
    this.caller = new NodeCaller(host);
    this.readsAnywhere = settingsOf(config, mode).reads === "local";
  }

  execute(operation: ClientOperation, target: ReadTarget): Promise<Answer> {
    const until = this.host.clock.monotonic() + REQUEST_DEADLINE;
    if (!isReadOnly(operation)) return this.change(operation, until);
    if (this.readsAnywhere) return this.read(operation, this.host.random("reads").below(this.nodes.length), until);
    return target.role === "replica"
      ? this.read(operation, this.replica(target.choice), until)
      : this.send(operation, {}, until, { uncertain: false });
  }

  /** Any node but the one that is taken for the leader. */
  private replica(choice: number): number {
    const { nodes, leader } = this;
    return nodes.length === 1 ? 0 : (leader + 1 + (choice % (nodes.length - 1))) % nodes.length;
  }

  /** Reads from one node, and when that does not answer from the next. */
  private async read(operation: ClientOperation, first: number, until: MonotonicTime): Promise<Answer> {
    for (let at = first; ; at++) {
      try {
        return await this.attempt(this.nodes[at % this.nodes.length] as string, operation, { relay: true }, until);
      } catch (error) {
        if (!(error instanceof OperationError) || FINAL.has(error.code) || this.isOver(until)) throw error;
      }
      await this.host.clock.sleep(PAUSE);
    }
  }

  private async change(operation: ClientOperation, until: MonotonicTime): Promise<Answer> {
    const doubt = { uncertain: false };
    for (;;) {
      const session = await this.begin(until);
      const sequence = ++this.sequence;
      this.open.add(sequence);
      const received = Math.min(...this.open);
      try {
        return await this.send(operation, { session, sequence, received }, until, doubt);
      } catch (error) {
        if (!(error instanceof OperationError) || error.code !== "session-expired") throw error;
        this.session = undefined;
        // Nothing tells any more whether an earlier attempt was carried out.
        if (doubt.uncertain) throw new OperationError("unknown", error.code, error.message, error.node);
      } finally {
        this.open.delete(sequence);
      }
    }
  }

  /** The session that changes belong to. What it takes to open one changes nothing. */
  private begin(until: MonotonicTime): Promise<number> {
    this.session ??= this.send(OPENING, { session: 0 }, until, { uncertain: false }).then(
      ({ value }) => value as number,
      (error: unknown) => {
        this.session = undefined;
        if (!(error instanceof OperationError)) throw error;
        throw new OperationError("failed", error.code, error.message, error.node, error.primary);
      },
    );
    return this.session;
  }

  /**
   * Sends to the leader until there is an answer that is none's fault, or time is up.
   *
   * @param doubt set once an attempt may have been carried out
   */
  private async send(
    operation: ClientOperation,
    terms: RequestTerms,
    until: MonotonicTime,
    doubt: { uncertain: boolean },
  ): Promise<Answer> {
    for (;;) {
      const asked = this.leader;
      try {
        const relay = this.relays ? { relay: true } : {};
        return await this.attempt(this.nodes[asked] as string, operation, { ...terms, ...relay }, until);
      } catch (error) {
        if (!(error instanceof OperationError)) throw error;
        const { code, message, node, primary } = error;
        if (FINAL.has(code) || code === "session-expired") throw error;
        if (error.outcome === "unknown") doubt.uncertain = true;
        // Once it may have happened, a later refusal says nothing.
        if (this.isOver(until)) {
          throw new OperationError(doubt.uncertain ? "unknown" : "failed", code, message, node, primary);
        }
        if (asked === this.leader) this.reconsider(error);
      }
      await this.host.clock.sleep(PAUSE);
    }
  }

  private attempt(
    node: string,
    operation: ClientOperation,
    terms: RequestTerms,
    until: MonotonicTime,
  ): Promise<Answer> {
    const left = until - this.host.clock.monotonic();
    return this.caller.execute(node, operation, terms, Math.max(1, Math.min(ATTEMPT, left)));
  }

  private isOver(until: MonotonicTime): boolean {
    return until - this.host.clock.monotonic() <= PAUSE;
  }

  /** Whom to ask next, after one that gave no good answer. */
  private reconsider({ code, primary }: OperationError): void {
    const hinted = primary === undefined ? -1 : this.nodes.indexOf(primary);
    // One that does not answer may lead all the same, and be reached by others.
    if (code === "timeout" || code === "unreachable" || code === "connection-lost") this.relays = true;
    if (hinted >= 0 && !this.relays) this.leader = hinted;
    else this.leader = (this.leader + 1) % this.nodes.length;
  }
}
