import {
  DatabaseClosedError,
  DatabaseExistenceError,
  LogMissingError,
  ManifestUnavailableError,
  TableMissingError,
} from "../../engine/index.ts";
import { isFileSystemError } from "../../host/file-system-error.ts";
import type { Watcher } from "../../host/file-system.ts";
import { MILLISECOND, type Duration } from "../../host/time.ts";
import { isReadOnly, keysText, type ClientOperation } from "../operation.ts";
import { positionOf } from "../position.ts";
import type { ClientReply, RequestTerms } from "../protocol.ts";
import { readOperation } from "../read-operation.ts";
import { failed, refusalOf, refusedRead } from "../refusal.ts";
import { NOT_PRIMARY } from "../routed-client.ts";
import type { NodeState } from "../topology.ts";
import { Follower } from "./follower.ts";
import { LeaseHolder, type LeaseKeepers } from "./lease-holder.ts";
import type { NodeContext } from "./node-context.ts";
import { Signal, type NodeRole } from "./node-role.ts";
import type { Notices } from "./notices.ts";
import type { Notice, PeerReply } from "./peer-protocol.ts";
import { withMargin } from "./settings.ts";
import { TableLinks } from "./table-links.ts";
import type { View } from "./view.ts";

/** Before a read that missed a file is tried again; twice as long each time. */
const RETRY_PAUSE: Duration = 2 * MILLISECOND;

/** A replica cannot answer now, and says why. */
class UnfitError extends Error {
  override readonly name = "UnfitError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * A reader of the primary's files. With no switch on, exactly as the document has it: each read loads the manifest, then opens
 * the SSTable that the manifest names. It takes no lock, tells the primary nothing, and tries nothing twice.
 */
export class Replica implements NodeRole {
  protected readonly context: NodeContext;
  private readonly notices: Notices | undefined;
  private readonly follower: Follower;
  private readonly links: TableLinks | undefined;
  private readonly leases: LeaseHolder | undefined;
  private readonly over = new Signal();
  private watcher: Watcher | undefined;
  private closed = false;

  constructor(context: NodeContext, notices: Notices | undefined) {
    const { switches } = context;
    this.context = context;
    this.notices = notices;
    this.links = switches["hard-links"] ? new TableLinks(context) : undefined;
    this.follower = new Follower(context, this.links);
    this.leases = switches.leases ? new LeaseHolder(context, () => this.view, this.keepers()) : undefined;
  }

  get ended(): Promise<void> {
    return this.over.promise;
  }

  async open(): Promise<void> {
    const closed = (): boolean => this.closed;
    await this.links?.begin();
    await this.follower.open(closed);
    if (!this.closed) this.startTasks();
  }

  async answer(operation: ClientOperation, terms: RequestTerms): Promise<ClientReply> {
    const { context } = this;
    const { host } = context;
    if (!isReadOnly(operation)) return this.refuseChange();
    if (terms.fromPrimary === true) return this.notPrimary();
    if (this.follower.view === undefined) return failed("starting", `${host.name} has found no database yet`);
    const key = keysText(operation);
    host.trace({ kind: "get-began", key });
    let pause = RETRY_PAUSE;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.read(operation, terms, key);
      } catch (error) {
        if (attempt < context.settings.readAttempts && this.mayTryAgain(error)) {
          host.trace({ kind: "get-retried", key, attempt });
          await host.clock.sleep(pause);
          pause *= 2;
          await this.follower.refresh().catch(() => undefined);
          continue;
        }
        if (error instanceof UnfitError) {
          host.trace({ kind: "get-refused", key, code: error.code });
          return failed(error.code, error.message);
        }
        const refusal = refusalOf(error, this.view.directory);
        if (refusal === undefined) throw error;
        host.trace(refusedRead(key, refusal));
        return failed(refusal.reason, refusal.message);
      }
    }
  }

  answerPeer(): Promise<PeerReply> {
    return Promise.resolve({ kind: "refused", code: NOT_PRIMARY, message: `${this.context.host.name} only reads` });
  }

  state(): NodeState {
    const { view } = this.follower;
    if (view === undefined) return { ready: false, role: "none", fields: {} };
    const { database, claim } = view;
    const fields = {
      version: database.version.number,
      ...(claim === undefined ? {} : { epoch: claim.epoch }),
      ...(this.tails ? { sequence: database.lastSequence } : {}),
      ...(this.leases === undefined ? {} : { leased: this.leases.held.join(",") }),
      ...(this.links === undefined ? {} : { links: this.links.count }),
    };
    return { ready: true, role: "replica", fields };
  }

  async close(): Promise<void> {
    this.closed = true;
    this.watcher?.close();
    this.notices?.listen(() => undefined);
    await this.follower.close();
  }

  /** Whether a read that failed may succeed once the manifest was loaded again: a file went under it. */
  protected mayTryAgain(error: unknown): boolean {
    return (
      this.context.switches.retry &&
      (error instanceof TableMissingError ||
        error instanceof ManifestUnavailableError ||
        error instanceof LogMissingError ||
        error instanceof DatabaseExistenceError ||
        error instanceof DatabaseClosedError ||
        isFileSystemError(error, "ENOENT") ||
        isFileSystemError(error, "ESTALE"))
    );
  }

  /** Whether it may read what no lease protects, when the primary cannot be asked for one. */
  protected mayReadUnleased(): boolean {
    return this.context.switches.retry;
  }

  private get view(): View {
    const { view } = this.follower;
    if (view === undefined) throw new UnfitError("starting", `${this.context.host.name} has found no database yet`);
    return view;
  }

  /** The host that writes, as far as is known here; without epochs, nothing on the disk tells. */
  private get primary(): string | undefined {
    return this.follower.view?.claim?.owner;
  }

  /** Whom to ask for leases. */
  private keepers(): LeaseKeepers {
    const { peers, switches } = this.context;
    // Where nobody says who the primary is, each is asked in turn until one is it.
    let turn = 0;
    return {
      current: () => (switches.epochs ? this.primary : peers[turn % peers.length]),
      unhelpful: () => void turn++,
    };
  }

  private get tails(): boolean {
    const { switches } = this.context;
    return switches["wal-tailing"] || switches["unsynced-tailing"];
  }

  /** Whether each read loads the manifest: where nothing else has it loaded. */
  private get refreshesAtReads(): boolean {
    const { switches } = this.context;
    return !switches["periodic-pull"] && !switches.watch && !switches.notices;
  }

  private async read(operation: ClientOperation, terms: RequestTerms, key: string): Promise<ClientReply> {
    if (this.refreshesAtReads) await this.follower.refreshAlone();
    await this.beFresh(terms);
    await this.beLeased();
    const { view } = this;
    const { database } = view;
    const version = database.version.number;
    const position = this.positionOf(view);
    const value = await view.read(() => readOperation(database, operation));
    this.context.host.trace({ kind: "get-served", key, version });
    return { ok: true, value, position };
  }

  /** Where reads of a view stand, when it is known. */
  private positionOf({ database, claim }: View): number | null {
    if (!this.tails) return null;
    return claim === undefined ? database.lastSequence : positionOf(claim.epoch, database.lastSequence);
  }

  /** Sees to it that what is held is new enough. @throws UnfitError */
  private async beFresh({ atLeast, staleness }: RequestTerms): Promise<void> {
    const { host, switches, settings } = this.context;
    const own = switches["bounded-staleness"] ? settings.stalenessBound : Number.MAX_SAFE_INTEGER;
    const bound = withMargin(Math.min(own, staleness ?? own));
    const isFresh = (): boolean =>
      this.follower.age <= bound && (atLeast === undefined || (this.positionOf(this.view) ?? -1) >= atLeast);
    if (isFresh()) return;
    // It may take for ever on a mount that asks for ever: whoever reads is told before they stop waiting.
    await Promise.race([this.follower.refresh().catch(() => undefined), host.clock.sleep(settings.stalenessBound)]);
    if (!isFresh()) throw new UnfitError("not-fresh", `${host.name} cannot tell that what it has is new enough`);
  }

  /** Sees to it that nothing it is about to read is deleted meanwhile. @throws UnfitError */
  private async beLeased(): Promise<void> {
    const { leases } = this;
    if (leases === undefined) return;
    for (let attempt = 1; attempt <= this.context.settings.readAttempts; attempt++) {
      const leased = await leases.ensure();
      if (leased === "pinned") return;
      if (leased === "unanswered") break;
      await this.follower.refresh();
    }
    if (!this.mayReadUnleased()) throw new UnfitError("unleased", "the primary gives no lease on what is to be read");
  }

  private startTasks(): void {
    const { host, switches, settings } = this.context;
    const closed = (): boolean => this.closed;
    if (switches["periodic-pull"]) host.spawn("pull-manifest", () => this.pull(settings.pullPeriod));
    if (switches.watch) this.watch();
    if (switches.notices) this.notices?.listen((notice) => this.heed(notice));
    const { leases } = this;
    if (leases !== undefined) host.spawn("renew-leases", () => leases.run(closed));
  }

  private async pull(period: Duration): Promise<void> {
    while (!this.closed) {
      await this.refreshQuietly();
      await this.context.host.clock.sleep(period);
    }
  }

  /** The mount tells of what was done through this machine alone: of the primary's changes, nothing. */
  private watch(): void {
    const { host, fs, directory } = this.context;
    try {
      this.watcher = fs.watch(this.follower.view?.directory ?? directory, ({ name }) => {
        host.trace({ kind: "change-noticed", file: name });
        this.refreshSoon();
      });
    } catch (error) {
      // A mount that remembers no names has nothing to tell of.
      if (!isFileSystemError(error)) throw error;
      host.trace({ kind: "watch-failed", code: error.code, path: error.path });
    }
  }

  private heed({ epoch, version, sequence }: Notice): void {
    const { view } = this.follower;
    if (view === undefined) return;
    const { database } = view;
    const known =
      epoch < view.epoch ||
      (epoch === view.epoch &&
        version <= database.version.number &&
        (!this.tails || sequence <= database.lastSequence));
    if (!known) this.refreshSoon();
  }

  private refreshSoon(): void {
    this.context.host.spawn("refresh", () => this.refreshQuietly());
  }

  private async refreshQuietly(): Promise<void> {
    try {
      await this.follower.refresh();
    } catch (error) {
      const refusal = refusalOf(error, this.follower.view?.directory ?? this.context.directory);
      if (refusal === undefined) throw error;
      this.context.host.trace({ kind: "refresh-failed", code: refusal.code, reason: refusal.message });
    }
  }

  private refuseChange(): ClientReply {
    const { host, switches } = this.context;
    const changing = switches.promotion || switches.epochs || switches.reservation;
    return changing ? this.notPrimary() : failed("read-only", `${host.name} only reads`);
  }

  private notPrimary(): ClientReply {
    const message = `${this.context.host.name} is not the primary`;
    return { ok: false, outcome: "failed", code: NOT_PRIMARY, message, primary: this.primary };
  }
}
