import { defaultEngineParts, openDatabase, type Database, type EngineParts } from "../../engine/index.ts";
import { isReadOnly, type ClientOperation } from "../operation.ts";
import { OperationExecutor } from "../operation-executor.ts";
import { positionOf } from "../position.ts";
import type { ClientReply } from "../protocol.ts";
import { failed, refusalOf } from "../refusal.ts";
import type { NodeState } from "../topology.ts";
import { DeletionPolicy } from "./deletion-policy.ts";
import { engineOptions } from "./engine-options.ts";
import type { EpochClaim } from "./epoch-claims.ts";
import { collectEpochs } from "./epoch-collection.ts";
import { DeposedError, EpochFence, fencedParts, ReservationFence, takeReservation, type Fence } from "./fence.ts";
import { FencedExecutor } from "./fenced-executor.ts";
import { withoutLock } from "./lock-parts.ts";
import type { NodeContext } from "./node-context.ts";
import { Signal, type NodeRole } from "./node-role.ts";
import type { Notices } from "./notices.ts";
import type { Notice, PeerReply, PeerRequest } from "./peer-protocol.ts";
import { UnsyncedExecutor } from "./unsynced-executor.ts";

/** The node that writes. It opens the database for reading and writing, and carries out what clients ask. */
export class Primary implements NodeRole {
  private readonly context: NodeContext;
  private readonly notices: Notices | undefined;
  /** The epoch it works in; undefined without epochs. */
  private readonly claim: EpochClaim | undefined;
  private readonly directory: string;
  private readonly policy: DeletionPolicy;
  private readonly over = new Signal();
  private database: Database | undefined;
  private executor: OperationExecutor | undefined;
  private fence: Fence | undefined;
  private closeClaim: () => Promise<void> = () => Promise.resolve();
  private serving = false;
  private closed = false;
  /** Whether it has begun to delete what earlier epochs have left. */
  private collecting = false;

  /** @param claim with epochs: this node's own, whose database is there already, or is to be made */
  constructor(context: NodeContext, notices: Notices | undefined, claim: EpochClaim | undefined) {
    this.context = context;
    this.notices = notices;
    this.claim = claim;
    this.directory = claim === undefined ? context.directory : context.claims.directory(claim.epoch);
    this.policy = new DeletionPolicy(context.host, context.switches, context.settings);
  }

  get ended(): Promise<void> {
    return this.over.promise;
  }

  async open(): Promise<void> {
    const { context, directory, claim } = this;
    const { host, fs, config } = context;
    if (context.switches.reservation) await takeReservation(context);
    this.fence = await this.openFence();
    const options = engineOptions(config, context.switches);
    const database = await openDatabase({ host, fs, directory, options, parts: this.parts() });
    this.database = database;
    const { fence } = this;
    if (claim !== undefined) {
      await context.claims.markReady(claim.epoch);
      // After it is marked ready: whoever has sealed it before that may have carried on without it.
      await fence?.confirm();
      host.trace({ kind: "epoch-began", epoch: claim.epoch, after: database.lastSequence });
    }
    const Unfenced = context.switches["unsynced-writes"] ? UnsyncedExecutor : OperationExecutor;
    this.executor =
      fence === undefined
        ? new Unfenced(host, database, directory)
        : new FencedExecutor(host, database, directory, fence);
    this.serving = true;
    this.startTasks(database);
  }

  async answer(operation: ClientOperation): Promise<ClientReply> {
    const { executor, database } = this;
    if (executor === undefined || database === undefined || !this.serving) return failed("starting", "not open yet");
    const reply = await executor.execute(operation);
    if (this.context.switches["wal-tailing"] && !isReadOnly(operation)) this.announce();
    if (database.failed && this.fence !== undefined) this.over.raise();
    if (!reply.ok || reply.position === null || this.claim === undefined) return reply;
    return { ...reply, position: positionOf(this.claim.epoch, reply.position) };
  }

  async answerPeer({ epoch, statement }: Extract<PeerRequest, { kind: "pin" }>): Promise<PeerReply> {
    const { database, fence, claim } = this;
    if (database === undefined || !this.serving || epoch !== (claim?.epoch ?? 0)) {
      return { kind: "refused", code: "other-epoch", message: `epoch ${epoch} is not this node's` };
    }
    const live = new Set(database.version.files().map((file) => file.number));
    const grant = this.policy.pin(statement, live);
    if (!grant.granted) return { kind: "refused", code: "outdated", message: "a newer statement has come before" };
    try {
      // After the pins are set: a successor lets a lease pass before it deletes, and so longer than these pins last.
      await fence?.confirm();
    } catch (error) {
      if (!(error instanceof DeposedError) && refusalOf(error, this.directory) === undefined) throw error;
      return { kind: "refused", code: "deposed", message: "this node may no longer be the primary" };
    }
    return { kind: "pinned", missing: grant.missing };
  }

  state(): NodeState {
    const { database, claim, serving } = this;
    const epoch = claim?.epoch;
    if (database === undefined || !serving) return { ready: false, role: "none", fields: { epoch } };
    const { failed: broken, lastSequence: sequence, fullDisk } = database;
    const fields = {
      ...(epoch === undefined ? {} : { epoch, deposed: this.fence?.deposed !== undefined }),
      sequence,
      ...(broken ? { failed: true } : { version: database.version.number }),
      ...(fullDisk === undefined ? {} : { full: true }),
      ...(this.context.switches.leases ? this.leaseState() : {}),
    };
    return { ready: !broken, role: "primary", fields };
  }

  /** What of the leases an invariant can hold against what replicas hold. */
  private leaseState(): NodeState["fields"] {
    const { policy, collecting } = this;
    return {
      pinned: policy.pinned().join(","),
      waiting: policy.waiting,
      deleted: policy.deleted.join(","),
      ...(collecting ? { collecting } : {}),
    };
  }

  async close(): Promise<void> {
    this.closed = true;
    this.serving = false;
    try {
      await this.database?.close();
      await this.closeClaim();
    } catch (error) {
      const refusal = refusalOf(error, this.directory);
      if (refusal === undefined && !(error instanceof DeposedError)) throw error;
      const code = refusal?.code ?? "deposed";
      this.context.host.trace({ kind: "database-close-failed", code, reason: (error as Error).message });
    }
  }

  /** The engine, with what the switches change in it. */
  protected parts(): EngineParts {
    const { context, fence } = this;
    let parts = this.policy.parts(defaultEngineParts);
    if (!context.switches.lock) parts = withoutLock(parts);
    if (this.notices !== undefined) parts = announcing(parts, () => this.announce());
    // A server that refuses the writes of others needs no look before each acknowledgement.
    return fence === undefined || this.claim === undefined ? parts : fencedParts(fence, parts);
  }

  /** What tells whether it is the primary still; undefined when nothing does. */
  protected async openFence(): Promise<Fence | undefined> {
    const { host, fs, claims, switches } = this.context;
    const onDeposed = (): void => this.over.raise();
    if (this.claim !== undefined) {
      const open = await claims.open(this.claim.epoch);
      this.closeClaim = () => open.close();
      return new EpochFence(host, open, onDeposed);
    }
    return switches.reservation ? new ReservationFence(host, fs, onDeposed) : undefined;
  }

  private startTasks(database: Database): void {
    const { context, policy, claim } = this;
    const { host, switches } = context;
    const closed = (): boolean => this.closed;
    if (switches.leases || switches["deferred-deletion"]) host.spawn("collect-files", () => policy.run(closed));
    const { fence } = this;
    if (fence !== undefined) host.spawn("watch-fence", () => this.watchFence(fence, database));
    if (claim === undefined) return;
    const begin = (): void => void (this.collecting = true);
    host.spawn("collect-epochs", () => collectEpochs(context, claim.epoch, () => policy.settling(), closed, begin));
  }

  /** Finds out that somebody else has become the primary, or the database failed, while nobody asks for anything. */
  private async watchFence(fence: Fence, database: Database): Promise<void> {
    const { host, settings } = this.context;
    while (!this.closed) {
      try {
        await fence.confirm();
      } catch (error) {
        if (error instanceof DeposedError) return;
        const refusal = refusalOf(error, this.directory);
        if (refusal === undefined) throw error;
        host.trace({ kind: "fence-unanswered", code: refusal.code, reason: refusal.message });
      }
      if (database.failed) this.over.raise();
      await host.clock.sleep(settings.fencePeriod);
    }
  }

  private announce(): void {
    this.notices?.announce(() => this.latest());
  }

  private latest(): Notice | undefined {
    const { database } = this;
    if (database === undefined || this.closed) return undefined;
    return { epoch: this.claim?.epoch ?? 0, version: database.version.number, sequence: database.lastSequence };
  }
}

function announcing(parts: EngineParts, announce: () => void): EngineParts {
  return {
    ...parts,
    VersionSet: class extends parts.VersionSet {
      override async apply(...changes: Parameters<InstanceType<EngineParts["VersionSet"]>["apply"]>) {
        const version = await super.apply(...changes);
        announce();
        return version;
      }
    },
  };
}
