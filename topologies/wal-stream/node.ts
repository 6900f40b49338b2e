import { Condition, Mutex } from "../../engine/index.ts";
import type { Host } from "../../host/host.ts";
import { MILLISECOND, type Duration } from "../../host/time.ts";
import type { KeyedOperation } from "../effect.ts";
import { isReadOnly, keysText, type ClientOperation } from "../operation.ts";
import type { ClientReply, RequestTerms } from "../protocol.ts";
import { failed, refusalOf, refusedRead } from "../refusal.ts";
import { NOT_PRIMARY } from "../routed-client.ts";
import { serveClients } from "../serve.ts";
import type { ClusterConfig, NodeState, TopologyNode } from "../topology.ts";
import type { ChangeExecutor } from "./change-executor.ts";
import type { NodeStatus } from "./control-protocol.ts";
import { serveControl, type ControlOutcome } from "./control-service.ts";
import { isFullDisk } from "../replication/disk-error.ts";
import { nodeNames } from "../replication/local-disks.ts";
import { isDiskError } from "./disk-error.ts";
import { beginsRound, type EpochHistory, epochFor } from "./epoch-history.ts";
import { FrameWriter } from "./frames.ts";
import { Freshness } from "./freshness.ts";
import type { Founding } from "./founding.ts";
import type { Housekeeping } from "./housekeeping.ts";
import { DATA, type LocalCopy } from "./local-copy.ts";
import type { Metadata } from "./metadata.ts";
import type { NodeData } from "./node-data.ts";
import type { NodeContext } from "./node-context.ts";
import { defaultWalStreamParts, type WalStreamParts } from "./parts.ts";
import type { Primary } from "./primary.ts";
import type { ReadHome, Reads } from "./reads.ts";
import type { ReplicaHome } from "./receiver.ts";
import type { Replica } from "./replica.ts";
import { settingsOf, type ModeSettings } from "./settings.ts";
import { acceptStreams } from "./stream-listener.ts";

/** How often a full disk is looked at again. */
const RETRY: Duration = 50 * MILLISECOND;
/** Bytes that must be free before a node whose disk was full begins anew. */
const ROOM = 1 << 20;

/** Where a node stands between two roles. */
export type NodeLife = "starting" | "replica" | "primary" | "full" | "failed" | "stopping";

/**
 * One node: its metadata, its copy of the data, and what it is just now. Whatever changes one of these does so alone, one after
 * the other.
 */
export class WalStreamNode implements TopologyNode, ReplicaHome, ReadHome {
  readonly context: NodeContext;
  readonly progressed = new Condition();
  readonly freshness = new Freshness(() => this.progressed.notify());
  private readonly host: Host;
  private readonly data: NodeData;
  private readonly reads: Reads;
  private readonly founding: Founding;
  private readonly housekeeping: Housekeeping;
  private readonly changes = new Mutex();
  private life: NodeLife = "starting";
  private primary_: Primary | undefined;
  private executor: ChangeExecutor | undefined;
  private replica: Replica | undefined;

  constructor(host: Host, config: ClusterConfig, mode: ModeSettings, parts: WalStreamParts = defaultWalStreamParts) {
    this.host = host;
    const settings = settingsOf(config, mode);
    this.context = {
      host,
      config,
      settings,
      parts,
      nodes: nodeNames(config),
      metadata: new parts.MetadataFile(host.fs("local"), DATA.path),
      frames: new FrameWriter(),
    };
    this.data = new parts.NodeData(this.context, this.progressed, this.freshness);
    this.reads = new parts.Reads(this);
    this.founding = new parts.Founding(this.context);
    this.housekeeping = new parts.Housekeeping(this, this.founding);
  }

  async run(): Promise<void> {
    const { host } = this;
    const control = serveControl(host, this);
    const streams = acceptStreams(this);
    host.spawn("look at the time", () => this.watchTime());
    host.spawn("begin", () => this.begin());
    await serveClients(host, (operation, terms) => this.answer(operation, terms));
    control.close();
    streams.close();
    await this.stop();
  }

  inspect(): NodeState {
    const { primary_: primary, life } = this;
    const { copy, metadata } = this.data;
    if (life === "failed") return { ready: false, role: "none", fields: { failed: true } };
    if (metadata === undefined) return { ready: false, role: "none", fields: {} };
    const leads = primary !== undefined && !primary.ended;
    const { cluster, promised, branch, history } = metadata;
    // One literal: this is looked at after every step.
    const fields = {
      cluster,
      epoch: history.last,
      promised,
      branch,
      copy: copy === undefined ? undefined : metadata.copy,
      base: copy?.log.base.lsn,
      flushed: copy?.log.synced,
      applied: copy?.store.applied.lsn,
      appliedEpoch: copy?.store.applied.epoch,
      digest: copy?.digest,
      published: leads ? primary.published : undefined,
      needed: leads ? primary.retention.needed : undefined,
    };
    if (leads) return { ready: primary.serving, role: "primary", fields };
    if (life !== "replica") return { ready: false, role: "none", fields };
    const streaming = this.replica?.receiver?.streaming === true;
    return { ready: streaming && this.readable !== undefined, role: "replica", fields };
  }

  // What a replica's end of a stream, and reads, need of the node.

  get copy(): LocalCopy | undefined {
    return this.data.copy;
  }

  get readable(): LocalCopy | undefined {
    const { copy } = this.data;
    if (copy?.consistent !== true) return undefined;
    if (this.life === "primary") return this.leads ? copy : undefined;
    return this.life === "replica" && this.replica?.receiver?.copying !== true ? copy : undefined;
  }

  get leads(): boolean {
    return this.primary_?.serving === true;
  }

  get primaryHint(): string | undefined {
    return this.life === "replica" ? this.replica?.primary : undefined;
  }

  get history(): EpochHistory {
    return this.data.history;
  }

  /** The primary that this node is; undefined when it is none. */
  get primary(): Primary | undefined {
    return this.primary_?.ended === false ? this.primary_ : undefined;
  }

  ping(): void {
    this.replica?.receiver?.ping();
  }

  follow(history: EpochHistory): Promise<boolean> {
    return this.alone(() => this.data.follow(history));
  }

  leaveBranch(epoch: number): Promise<boolean> {
    return this.alone(() => this.data.leaveBranch(epoch));
  }

  nextGeneration(): number {
    return this.data.nextGeneration();
  }

  install(generation: number, cluster: number, history: EpochHistory): Promise<boolean> {
    return this.alone(async () => this.life === "replica" && this.data.install(generation, cluster, history));
  }

  distrust(): void {
    void this.alone(() => this.discardCopy());
  }

  /** Goes on without what is not to be used any more, or waits for a person, or is an error of this program. */
  fail(error: unknown): void {
    if (this.life === "failed" || this.life === "full" || this.life === "stopping") return;
    if (!isDiskError(error)) {
      this.host.fatal(error);
      return;
    }
    const full = isFullDisk(error);
    this.life = full ? "full" : "failed";
    this.host.trace({ kind: full ? "disk-full" : "node-failed", reason: (error as Error).message });
    this.host.spawn("give up", async () => {
      await this.changes.run(() => this.endRoles("disk-failed"));
      if (!full) return;
      await this.changes.run(() => this.data.close());
      await this.begin();
    });
  }

  // What nodes and people ask of the node.

  status(): NodeStatus {
    const { primary, life } = this;
    const { copy, metadata } = this.data;
    const role = primary !== undefined ? "primary" : life === "replica" ? "replica" : "none";
    const last = copy?.log.last ?? { epoch: 0, lsn: 0 };
    return {
      node: this.host.name,
      cluster: metadata?.cluster ?? 0,
      role,
      epoch: this.history.last,
      promised: metadata?.promised ?? 0,
      lastEpoch: last.epoch,
      lastLsn: last.lsn,
      whole: copy?.consistent === true && (life === "replica" || life === "primary"),
      copying: this.replica?.receiver?.copying === true,
      serving: role === "primary" ? this.leads : this.readable !== undefined,
    };
  }

  async promise(epoch: number, by: string): Promise<ControlOutcome> {
    const { metadata: current } = this.data;
    if (current === undefined) return refused("no-data", "its disk is empty");
    if (!beginsRound(epoch, this.context.nodes.length))
      return refused("no-round", `no round begins with epoch ${epoch}`);
    return this.alone(async () => {
      if (this.life !== "replica" && this.life !== "primary") return refused("not-ready", `it is ${this.life}`);
      const { promised, promisedTo, history } = this.data.metadata ?? current;
      if (!this.mayPromise(epoch, by, { promised: Math.max(promised, history.last), promisedTo })) {
        return refused(
          "promised-already",
          `it has promised epoch ${promised}${promisedTo === "" ? "" : ` to ${promisedTo}`}`,
        );
      }
      await this.endRoles("fenced");
      // Durable before it is given: a node that forgets it could follow, or be, the old primary again.
      await this.data.promise(epoch, by);
      this.host.trace({ kind: "epoch-promised", epoch, by });
      this.beReplica();
      return DONE;
    });
  }

  promote(promised: number, by: string): Promise<ControlOutcome> {
    return this.alone(async () => {
      const { copy, metadata: current } = this.data;
      if (this.primary !== undefined) return refused("already-primary", "it is the primary");
      if (current === undefined || copy === undefined) return refused("no-data", "it has no data");
      if (this.life !== "replica") return refused("not-ready", `it is ${this.life}`);
      if (current.promised !== promised || current.promisedTo !== by) {
        return refused("overtaken", `it has promised epoch ${current.promised} since`);
      }
      if (!copy.consistent || this.replica?.receiver?.copying === true) {
        return refused("synchronising", "its data is not whole");
      }
      await this.endRoles("promoted");
      await copy.log.sync();
      const epoch = epochFor(this.context.nodes.indexOf(this.host.name), promised);
      this.bePrimary(await this.data.beginEpoch(epoch, copy.log.last.lsn, current));
      return DONE;
    });
  }

  resync(): Promise<ControlOutcome> {
    return this.alone(async () => {
      if (this.primary !== undefined) return refused("is-primary", "the primary's data is what others copy");
      if (this.life !== "replica") return refused("not-ready", `it is ${this.life}`);
      if (this.replica?.receiver?.copying === true) return refused("synchronising", "all data is being copied already");
      await this.discardCopy();
      return DONE;
    });
  }

  /** Somebody knows of a later epoch. */
  stepDown(epoch: number): void {
    void this.alone(async () => {
      const { primary } = this;
      if (primary === undefined || primary.epoch >= epoch) return;
      this.host.trace({ kind: "stepped-down", epoch: primary.epoch, later: epoch });
      await this.endRoles("stepped-down");
      await this.data.promise(epoch, "");
      this.beReplica();
    });
  }

  /** Whether a node may bind itself: to nobody of the past, and to one at a time. */
  protected mayPromise(
    epoch: number,
    by: string,
    { promised, promisedTo }: { readonly promised: number; readonly promisedTo: string },
  ): boolean {
    return epoch > promised || (epoch === promised && by === promisedTo);
  }

  private async answer(operation: ClientOperation, terms: RequestTerms): Promise<ClientReply> {
    const { host, primary, executor } = this;
    try {
      if (this.life === "full") return failed("disk-full", `the disk of ${host.name} is full; free some room`);
      if (isReadOnly(operation)) return await this.reads.answer(operation, terms);
      if (primary === undefined || executor === undefined) {
        const hint = this.primaryHint;
        const message = `${host.name} is not the primary`;
        return {
          ok: false,
          outcome: "failed",
          code: NOT_PRIMARY,
          message,
          ...(hint === undefined ? {} : { primary: hint }),
        };
      }
      return await executor.execute(operation as KeyedOperation, terms.sync ?? this.context.settings.sync);
    } catch (error) {
      const refusal = refusalOf(error, DATA.path);
      if (refusal === undefined) throw error;
      host.trace(refusedRead(keysText(operation), refusal));
      return failed(refusal.reason, refusal.message);
    }
  }

  /** Finds out what there is, and takes up what the node was. */
  private async begin(): Promise<void> {
    for (;;) {
      try {
        this.life = "starting";
        await this.changes.run(() => this.open());
        return;
      } catch (error) {
        if (!isDiskError(error)) throw error;
        if (!isFullDisk(error)) {
          this.fail(error);
          return;
        }
        this.life = "full";
      }
      await this.awaitRoom();
    }
  }

  private async open(): Promise<void> {
    const { host, data, founding } = this;
    if (host.stop.requested) return;
    const current = await data.open();
    if (current === undefined) {
      if (await founding.mayFound()) this.bePrimary(await data.found());
      else this.beReplica();
      return;
    }
    if (current.role === "replica" || data.copy === undefined) {
      this.beReplica();
      return;
    }
    const later = await founding.laterEpoch(current);
    if (later === undefined) {
      this.bePrimary(current);
      return;
    }
    host.trace({ kind: "stepped-down", epoch: current.history.last, later });
    await data.promise(later, "");
    this.beReplica();
  }

  private bePrimary({ cluster, history }: Metadata): void {
    const { context } = this;
    const { copy } = this.data;
    if (copy === undefined) throw new TypeError("a primary must have data");
    const { parts, settings } = context;
    const primary = new parts.Primary(context, copy, { cluster, history }, new parts.Retention(settings), (error) =>
      this.fail(error),
    );
    this.primary_ = primary;
    this.executor = new parts.ChangeExecutor(primary);
    this.life = "primary";
    this.host.trace({ kind: "became-primary", epoch: history.last, last: copy.log.last.lsn });
    primary.start((epoch) => this.stepDown(epoch));
  }

  private beReplica(): void {
    const known = this.replica?.primary;
    this.replica = new this.context.parts.Replica(this, known);
    this.life = "replica";
    this.host.trace({ kind: "became-replica", epoch: this.history.last });
    this.replica.start();
  }

  /** Ends what the node is. Resolves when nothing is appended to the log any more. */
  private async endRoles(code: string): Promise<void> {
    const { primary_: primary, replica } = this;
    this.executor = undefined;
    await primary?.end(code);
    this.primary_ = undefined;
    await replica?.end();
    this.progressed.notify();
  }

  private async discardCopy(): Promise<void> {
    if (this.life !== "replica" || this.copy === undefined) return;
    await this.replica?.end();
    await this.data.distrust();
    this.beReplica();
  }

  private async awaitRoom(): Promise<void> {
    const { host } = this;
    do {
      await host.clock.sleep(RETRY);
    } while ((await host.fs("local").statfs()).freeBytes < ROOM);
  }

  /** Does what time brings. */
  private async watchTime(): Promise<void> {
    const { host, context } = this;
    while (!host.stop.requested) {
      await host.clock.sleep(Math.ceil(context.settings.heartbeat / 2));
      const now = host.clock.monotonic();
      this.primary_?.tick(now);
      this.replica?.tick(now);
      if (this.life === "primary" || this.life === "replica") this.housekeeping.tick(now);
    }
  }

  private async stop(): Promise<void> {
    this.life = "stopping";
    await this.changes.run(async () => {
      await this.endRoles("stopped");
      const failure = await this.data.close();
      if (isDiskError(failure)) this.host.trace({ kind: "database-close-failed", reason: (failure as Error).message });
    });
  }

  /** Changes what the node is, alone; what a disk is at fault for fails the node, not its caller's task. */
  private async alone<T>(change: () => Promise<T>): Promise<T> {
    const outcome = await this.changes.run(async () => {
      try {
        return { value: await change() };
      } catch (error) {
        if (!isDiskError(error)) throw error;
        this.fail(error);
        return undefined;
      }
    });
    // Whoever waits gets no answer from a node that has failed.
    return outcome === undefined ? new Promise<T>(() => undefined) : outcome.value;
  }
}

const DONE: ControlOutcome = { done: true, code: "", reason: "" };

function refused(code: string, reason: string): ControlOutcome {
  return { done: false, code, reason };
}
