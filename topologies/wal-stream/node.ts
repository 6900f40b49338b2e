import { Condition, joinPath, Mutex } from "../../engine/index.ts";
import type { Host } from "../../host/host.ts";
import { isFileSystemError } from "../../host/file-system-error.ts";
import { MILLISECOND, type Duration } from "../../host/time.ts";
import type { KeyedOperation } from "../effect.ts";
import { isReadOnly, keysText, type ClientOperation } from "../operation.ts";
import type { ClientReply, RequestTerms } from "../protocol.ts";
import { failed, refusalOf, refusedRead } from "../refusal.ts";
import { NOT_PRIMARY } from "../routed-client.ts";
import { serveClients } from "../serve.ts";
import type { ClusterConfig, NodeState, TopologyNode } from "../topology.ts";
import type { ChangeExecutor } from "./change-executor.ts";
import { ControlCaller, type NodeStatus } from "./control-protocol.ts";
import { serveControl, type ControlOutcome } from "./control-service.ts";
import { isDiskError, isFullDisk } from "./disk-error.ts";
import { EpochHistory, epochFor } from "./epoch-history.ts";
import { FrameWriter } from "./frames.ts";
import { Freshness } from "./freshness.ts";
import {
  DIRECTORY,
  LocalCopy,
  logDirectory,
  removeDirectory,
  storeDirectory,
  UnusableCopyError,
} from "./local-copy.ts";
import type { Metadata, MetadataFile } from "./metadata.ts";
import { nodeNames, peersOf, type NodeContext } from "./node-context.ts";
import { defaultWalStreamParts, type WalStreamParts } from "./parts.ts";
import type { Primary } from "./primary.ts";
import type { ReadHome, Reads } from "./reads.ts";
import type { ReplicaHome } from "./receiver.ts";
import type { Replica } from "./replica.ts";
import { settingsOf, type ModeSettings } from "./settings.ts";
import { acceptStreams } from "./stream-listener.ts";
import { LogError } from "../replication/log-errors.ts";
import { StoreError } from "../replication/store-errors.ts";

/** How often an empty node asks the others whether they are empty too, and a full disk is looked at again. */
const RETRY: Duration = 50 * MILLISECOND;
/** How often a primary that lacks replicas asks whether somebody else leads. */
const DOUBT: Duration = 500 * MILLISECOND;
/** Bytes that must be free before a node whose disk was full begins anew. */
const ROOM = 1 << 20;
const FIRST_EPOCH = 1;

/** Where a node stands between two roles. */
export type NodeLife = "starting" | "replica" | "primary" | "full" | "failed" | "stopping";

/**
 * One node: its metadata, its copy of the data, and what it is just now. Whatever changes one of these does so alone, one after
 * the other.
 */
export class WalStreamNode implements TopologyNode, ReplicaHome, ReadHome {
  readonly context: NodeContext;
  readonly progressed = new Condition();
  readonly freshness = new Freshness();
  private readonly host: Host;
  private readonly metadata: MetadataFile;
  private readonly reads: Reads;
  private readonly caller: ControlCaller;
  private readonly changes = new Mutex();
  private life: NodeLife = "starting";
  private copy_: LocalCopy | undefined;
  private primary_: Primary | undefined;
  private executor: ChangeExecutor | undefined;
  private replica: Replica | undefined;
  /** Of the latest copy that was begun. */
  private generation = 0;
  private doubted = 0;
  private trimming = false;

  constructor(host: Host, config: ClusterConfig, mode: ModeSettings, parts: WalStreamParts = defaultWalStreamParts) {
    this.host = host;
    this.metadata = new parts.MetadataFile(host.fs("local"), DIRECTORY);
    const settings = settingsOf(config, mode);
    this.context = {
      host,
      config,
      settings,
      parts,
      nodes: nodeNames(config),
      metadata: this.metadata,
      frames: new FrameWriter(),
    };
    this.reads = new parts.Reads(this);
    this.caller = new ControlCaller(host);
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
    const { copy_: copy, primary_: primary, life } = this;
    const metadata = this.metadata.current;
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
    return this.copy_;
  }

  get readable(): LocalCopy | undefined {
    const { copy_: copy } = this;
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
    return this.metadata.current?.history ?? new EpochHistory([]);
  }

  /** The primary that this node is; undefined when it is none. */
  get primary(): Primary | undefined {
    return this.primary_?.ended === false ? this.primary_ : undefined;
  }

  ping(): void {
    this.replica?.receiver?.ping();
  }

  async follow(history: EpochHistory): Promise<boolean> {
    return this.alone(async () => {
      const { current } = this.metadata;
      if (current === undefined || current.promised > history.last) return false;
      if (current.history.last === history.last && current.history.starts.length === history.starts.length) return true;
      await this.metadata.update((now) => ({
        ...(now as Metadata),
        role: "replica",
        history,
        promised: Math.max(current.promised, history.last),
        promisedTo: "",
      }));
      this.freshness.reset();
      this.progressed.notify();
      return true;
    });
  }

  async leaveBranch(epoch: number): Promise<boolean> {
    return this.alone(async () => {
      const promised = this.metadata.current?.promised ?? 0;
      if (promised > epoch) return false;
      await this.metadata.update((now) => ({
        ...(now as Metadata),
        branch: epoch,
        promised: epoch,
        promisedTo: promised === epoch ? (now as Metadata).promisedTo : "",
      }));
      return true;
    });
  }

  async install(generation: number, cluster: number, history: EpochHistory): Promise<boolean> {
    return this.alone(async () => {
      const { current } = this.metadata;
      if (this.life !== "replica" || (current?.promised ?? 0) > history.last) return false;
      const old = this.copy_;
      this.copy_ = undefined;
      await old?.close();
      this.freshness.reset();
      // From here on the new copy counts, whatever happens: until then, the old.
      await this.metadata.update((now) => ({
        cluster,
        generation,
        copy: this.drawId("copy"),
        role: "replica",
        history,
        promised: Math.max(now?.promised ?? 0, history.last),
        promisedTo: "",
        branch: 0,
        suspect: false,
      }));
      await this.openCopy();
      this.host.trace({ kind: "full-sync-installed", generation, lsn: this.copy?.store.applied.lsn });
      await this.removeUnused();
      this.progressed.notify();
      return true;
    });
  }

  nextGeneration(): number {
    this.generation = Math.max(this.generation, this.metadata.current?.generation ?? 0) + 1;
    return this.generation;
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
      await this.changes.run(async () => {
        await this.copy_?.close();
        this.copy_ = undefined;
      });
      await this.begin();
    });
  }

  // What nodes and people ask of the node.

  status(): NodeStatus {
    const { metadata, copy_: copy, primary, life } = this;
    const role = primary !== undefined ? "primary" : life === "replica" ? "replica" : "none";
    const last = copy?.log.last ?? { epoch: 0, lsn: 0 };
    return {
      node: this.host.name,
      cluster: metadata.current?.cluster ?? 0,
      role,
      epoch: this.history.last,
      promised: metadata.current?.promised ?? 0,
      lastEpoch: last.epoch,
      lastLsn: last.lsn,
      whole: copy?.consistent === true && (life === "replica" || life === "primary"),
      copying: this.replica?.receiver?.copying === true,
      serving: role === "primary" ? this.leads : this.readable !== undefined,
    };
  }

  async promise(epoch: number, by: string): Promise<ControlOutcome> {
    if (this.metadata.current === undefined) return refused("no-data", "its disk is empty");
    return this.alone(async () => {
      const current = this.metadata.current as unknown as Metadata;
      if (this.life !== "replica" && this.life !== "primary") return refused("not-ready", `it is ${this.life}`);
      const { promised, promisedTo, history } = current;
      if (!this.mayPromise(epoch, by, { promised: Math.max(promised, history.last), promisedTo })) {
        return refused(
          "promised-already",
          `it has promised epoch ${promised}${promisedTo === "" ? "" : ` to ${promisedTo}`}`,
        );
      }
      await this.endRoles("fenced");
      // Durable before it is given: a node that forgets it could follow, or be, the old primary again.
      await this.metadata.update((now) => ({
        ...(now as Metadata),
        role: "replica",
        promised: epoch,
        promisedTo: by,
      }));
      this.host.trace({ kind: "epoch-promised", epoch, by });
      this.beReplica();
      return DONE;
    });
  }

  promote(promised: number, by: string): Promise<ControlOutcome> {
    return this.alone(async () => {
      const { current } = this.metadata;
      const { copy_: copy } = this;
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
      const { nodes } = this.context;
      const epoch = epochFor(nodes.indexOf(this.host.name), promised, nodes.length);
      await this.beginEpoch(epoch, copy.log.last.lsn, current);
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
      await this.metadata.update((now) => ({
        ...(now as Metadata),
        role: "replica",
        promised: Math.max(now?.promised ?? 0, epoch),
        promisedTo: now !== undefined && now.promised >= epoch ? now.promisedTo : "",
      }));
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
      const refusal = refusalOf(error, DIRECTORY);
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
    const { host, context } = this;
    if (host.stop.requested) return;
    await this.makeDirectory();
    const current = await this.metadata.load();
    if (current === undefined) {
      if (await this.mayFound()) await this.found();
      else this.beReplica();
      return;
    }
    await this.removeUnused();
    if (!current.suspect) await this.openCopy();
    if (current.role === "replica" || this.copy_ === undefined) {
      this.beReplica();
      return;
    }
    const others = await this.caller.statuses(peersOf(context));
    const later = this.laterEpoch(others, current);
    if (later === undefined) {
      this.bePrimary(current);
      return;
    }
    host.trace({ kind: "stepped-down", epoch: current.history.last, later });
    await this.metadata.update((now) => ({
      ...(now as Metadata),
      role: "replica",
      promised: Math.max(now?.promised ?? 0, later),
    }));
    this.beReplica();
  }

  /** The latest epoch, beyond this node's own, that somebody leads, follows or has promised. */
  private laterEpoch(others: readonly NodeStatus[], { cluster, history }: Metadata): number | undefined {
    const latest = others
      .filter((other) => other.cluster === cluster)
      .reduce((most, { epoch, promised }) => Math.max(most, epoch, promised), 0);
    return latest > history.last ? latest : undefined;
  }

  /**
   * Whether this node is to found the cluster. An empty disk does not say so: it may have been replaced. So the first node does,
   * and only when every other says that it is empty too.
   */
  protected async mayFound(): Promise<boolean> {
    const { host, context } = this;
    const peers = peersOf(context);
    if (context.nodes[0] !== host.name) return false;
    for (;;) {
      const others = await this.caller.statuses(peers);
      if (others.some(({ cluster }) => cluster !== 0)) return false;
      if (others.length === peers.length) return true;
      await host.clock.sleep(RETRY);
    }
  }

  private async found(): Promise<void> {
    const { host } = this;
    const generation = this.nextGeneration();
    await removeDirectory(host.fs("local"), logDirectory(generation));
    await removeDirectory(host.fs("local"), storeDirectory(generation));
    await this.openGeneration(generation);
    // Without it the metadata could name directories that a loss of power has taken.
    await host.fs("local").syncDirectory(DIRECTORY);
    const cluster = this.drawId("cluster");
    host.trace({ kind: "cluster-founded", cluster });
    await this.beginEpoch(FIRST_EPOCH, 0, {
      cluster,
      generation,
      copy: this.drawId("copy"),
      role: "primary",
      history: new EpochHistory([]),
      promised: FIRST_EPOCH,
      promisedTo: "",
      branch: 0,
      suspect: false,
    });
  }

  /** Leads from now on, in an epoch of its own that begins behind an entry. */
  private async beginEpoch(epoch: number, after: number, metadata: Metadata): Promise<void> {
    const current = await this.metadata.update(() => ({
      ...metadata,
      role: "primary",
      history: metadata.history.followedBy(epoch, after),
      promised: epoch,
      promisedTo: "",
    }));
    this.host.trace({ kind: "epoch-began", epoch, after });
    this.bePrimary(current);
  }

  private bePrimary({ cluster, history }: Metadata): void {
    const { context, copy_: copy } = this;
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
    if (this.life !== "replica" || this.copy_ === undefined) return;
    await this.replica?.end();
    await this.metadata.update((now) => ({ ...(now as Metadata), suspect: true }));
    const copy = this.copy_;
    this.copy_ = undefined;
    await copy.close();
    this.host.trace({ kind: "copy-distrusted" });
    this.beReplica();
  }

  private async openCopy(): Promise<void> {
    const { current } = this.metadata;
    if (current === undefined) return;
    try {
      await this.openGeneration(current.generation);
      const { log } = this.copy_ as unknown as LocalCopy;
      if (current.history.epochAt(log.last.lsn) !== log.last.epoch) {
        throw new UnusableCopyError(`the log ends with epoch ${log.last.epoch}, the metadata knows better`);
      }
    } catch (error) {
      const damaged =
        error instanceof UnusableCopyError ||
        (error instanceof LogError && !isFullDisk(error)) ||
        error instanceof StoreError;
      // A primary has nobody to copy from: it is for a person to promote another.
      if (!damaged || current.role === "primary") throw error;
      this.host.trace({ kind: "copy-unusable", reason: error.message });
      const copy = this.copy_;
      this.copy_ = undefined;
      await copy?.close();
      await this.metadata.update((now) => ({ ...(now as Metadata), suspect: true }));
    }
  }

  private async openGeneration(generation: number): Promise<void> {
    const { host, config, settings, parts } = this.context;
    const { progressed } = this;
    this.copy_ = await LocalCopy.open({ host, config, settings, parts, generation, progressed });
  }

  private async makeDirectory(): Promise<void> {
    const fs = this.host.fs("local");
    try {
      await fs.mkdir(DIRECTORY);
    } catch (error) {
      if (!isFileSystemError(error, "EEXIST")) throw error;
    }
    // Without it all that is made durable below could be gone after a loss of power.
    await fs.syncDirectory("/");
  }

  /** Removes what interrupted copies have left behind. */
  private async removeUnused(): Promise<void> {
    const fs = this.host.fs("local");
    const { generation = 0 } = this.metadata.current ?? {};
    const used = new Set([logDirectory(generation), storeDirectory(generation)]);
    for (const name of await fs.readdir(DIRECTORY)) {
      const path = joinPath(DIRECTORY, name);
      if (/^(store|log|checkpoint)-/.test(name) && !used.has(path)) await removeDirectory(fs, path);
    }
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
      const failure = this.copy_?.failure;
      if (failure !== undefined && (this.life === "primary" || this.life === "replica")) this.fail(failure.error);
      this.trim();
      this.doubt(now);
    }
  }

  /** A primary that lacks replicas asks whether they follow somebody else. */
  private doubt(now: number): void {
    const { primary, context, metadata } = this;
    if (primary === undefined || now - this.doubted < DOUBT) return;
    this.doubted = now;
    const streaming = [...primary.connected.values()].filter((sender) => sender.streaming).length;
    if (streaming === context.nodes.length - 1) return;
    this.host.spawn("ask who leads", async () => {
      const others = await this.caller.statuses(peersOf(context));
      const later = metadata.current === undefined ? undefined : this.laterEpoch(others, metadata.current);
      if (later !== undefined) primary.overtaken(later);
    });
  }

  /** Gives up the part of the log that nobody needs. */
  private trim(): void {
    const { copy_: copy, context } = this;
    if (copy === undefined || this.trimming || copy.failure !== undefined) return;
    const retention = this.primary?.retention ?? new context.parts.Retention(context.settings);
    if (!retention.isDue(copy.log)) return;
    this.trimming = true;
    this.host.spawn("trim the log", async () => {
      try {
        await copy.makeDurable();
        const first = retention.firstKept(copy.log, copy.durableLsn);
        // They ask for what is gone, and are told to copy all data.
        for (const holder of retention.lost(first)) {
          retention.release(holder);
          this.host.trace({ kind: "slot-dropped", replica: holder.replica, first });
          holder.end("slot-lost");
        }
        await copy.log.dropBefore(first);
      } catch (error) {
        if (copy === this.copy_) this.fail(error);
      } finally {
        this.trimming = false;
      }
    });
  }

  private async stop(): Promise<void> {
    this.life = "stopping";
    await this.changes.run(async () => {
      await this.endRoles("stopped");
      const failure = await this.copy_?.close();
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

  private drawId(purpose: string): number {
    return 1 + this.host.random(purpose).below(Number.MAX_SAFE_INTEGER - 1);
  }
}

const DONE: ControlOutcome = { done: true, code: "", reason: "" };

function refused(code: string, reason: string): ControlOutcome {
  return { done: false, code, reason };
}
