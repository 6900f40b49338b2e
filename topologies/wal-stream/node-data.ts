import type { Condition } from "../../engine/index.ts";
import { LogError } from "../replication/log-errors.ts";
import { StoreError } from "../replication/store-errors.ts";
import { isFullDisk } from "../replication/disk-error.ts";
import { EpochHistory } from "./epoch-history.ts";
import type { Freshness } from "./freshness.ts";
import { DATA, LocalCopy, UnusableCopyError } from "./local-copy.ts";
import type { Metadata } from "./metadata.ts";
import type { NodeContext } from "./node-context.ts";

/** The first node's first: see epochFor(). */
const FIRST_EPOCH = 1;

/**
 * What a node has on its disk: its metadata, and the copy of the data that they name. Each change is made durable in such an
 * order that a crash leaves what was there before, or what comes after. No two are made at the same time: the node sees to that.
 */
export class NodeData {
  protected readonly context: NodeContext;
  private readonly progressed: Condition;
  private readonly freshness: Freshness;
  private copy_: LocalCopy | undefined;
  /** Of the latest copy that was begun. */
  private generation = 0;

  /** @param progressed notified when more was applied, or another history is followed */
  constructor(context: NodeContext, progressed: Condition, freshness: Freshness) {
    this.context = context;
    this.progressed = progressed;
    this.freshness = freshness;
  }

  /** Undefined while there is none, or none that may be used. */
  get copy(): LocalCopy | undefined {
    return this.copy_;
  }

  /** Undefined on an empty disk. */
  get metadata(): Metadata | undefined {
    return this.context.metadata.current;
  }

  get history(): EpochHistory {
    return this.metadata?.history ?? new EpochHistory([]);
  }

  /**
   * Finds out what is there, opens it, and removes what is in no use.
   *
   * @returns undefined for an empty disk
   * @throws SealedFileError, and whatever opening a copy throws that is damaged, if this node led
   */
  async open(): Promise<Metadata | undefined> {
    const { host, metadata } = this.context;
    const fs = host.fs("local");
    await DATA.make(fs);
    const current = await metadata.load();
    if (current === undefined) return undefined;
    await DATA.removeUnused(fs, current.generation);
    if (!current.suspect) await this.openCopy(current);
    return current;
  }

  /** Makes an empty copy, of a cluster that begins with it, and the first epoch. */
  async found(): Promise<Metadata> {
    const { host } = this.context;
    const fs = host.fs("local");
    const generation = this.nextGeneration();
    await DATA.removeUnused(fs, 0);
    await this.openGeneration(generation);
    // Without it the metadata could name directories that a loss of power has taken.
    await fs.syncDirectory(DATA.path);
    const cluster = this.drawId("cluster");
    host.trace({ kind: "cluster-founded", cluster });
    return this.beginEpoch(FIRST_EPOCH, 0, {
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
  async beginEpoch(epoch: number, after: number, metadata: Metadata): Promise<Metadata> {
    const current = await this.context.metadata.update(() => ({
      ...metadata,
      role: "primary",
      history: metadata.history.followedBy(epoch, after),
      promised: epoch,
      promisedTo: "",
    }));
    this.context.host.trace({ kind: "epoch-began", epoch, after });
    return current;
  }

  /** Follows no primary of an earlier epoch, and is none, from now on. @param by who may make it primary; "" for nobody */
  async promise(epoch: number, by: string): Promise<void> {
    await this.change((now) =>
      epoch < now.promised
        ? { ...now, role: "replica" }
        : {
            ...now,
            role: "replica",
            promised: epoch,
            promisedTo: epoch === now.promised && by === "" ? now.promisedTo : by,
          },
    );
  }

  /** Follows the primary of an epoch from now on. @returns whether it may: it has promised no later one */
  async follow(history: EpochHistory): Promise<boolean> {
    const { metadata: current } = this;
    if (current === undefined || current.promised > history.last) return false;
    if (current.history.last === history.last) return true;
    await this.change((now) => ({ ...now, role: "replica", history, promised: history.last, promisedTo: "" }));
    this.freshness.reset();
    this.progressed.notify();
    return true;
  }

  /** Goes over to the branch of the primary of an epoch. @returns whether it may: it has promised no later one */
  async leaveBranch(epoch: number): Promise<boolean> {
    const promised = this.metadata?.promised ?? 0;
    if (promised > epoch) return false;
    await this.change((now) => ({
      ...now,
      branch: epoch,
      promised: epoch,
      promisedTo: promised === epoch ? now.promisedTo : "",
    }));
    return true;
  }

  /** For a copy that is about to be received: none before it had that number. */
  nextGeneration(): number {
    this.generation = Math.max(this.generation, this.metadata?.generation ?? 0) + 1;
    return this.generation;
  }

  /** Uses another copy from now on. @returns whether it may: it has promised no later epoch than that of who sent it */
  async install(generation: number, cluster: number, history: EpochHistory): Promise<boolean> {
    const { host, metadata } = this.context;
    if ((this.metadata?.promised ?? 0) > history.last) return false;
    await this.close();
    this.freshness.reset();
    // From here on the new copy counts, whatever happens: until then, the old.
    const current = await metadata.update(() => ({
      cluster,
      generation,
      copy: this.drawId("copy"),
      role: "replica",
      history,
      promised: history.last,
      promisedTo: "",
      branch: 0,
      suspect: false,
    }));
    await this.openCopy(current);
    host.trace({ kind: "full-sync-installed", generation, lsn: this.copy?.store.applied.lsn });
    await DATA.removeUnused(host.fs("local"), generation);
    this.progressed.notify();
    return true;
  }

  /** Uses its copy no longer. */
  async distrust(): Promise<void> {
    await this.change((now) => ({ ...now, suspect: true }));
    await this.close();
    this.context.host.trace({ kind: "copy-distrusted" });
  }

  /** Gives the copy back, whatever fails on the way. @returns what failed first; undefined when nothing did */
  async close(): Promise<unknown> {
    const copy = this.copy_;
    this.copy_ = undefined;
    return copy?.close();
  }

  private change(change: (now: Metadata) => Metadata): Promise<Metadata> {
    return this.context.metadata.update((now) => {
      if (now === undefined) throw new TypeError("there are no metadata to change");
      return change(now);
    });
  }

  private async openCopy({ generation, history, role }: Metadata): Promise<void> {
    try {
      const { log } = await this.openGeneration(generation);
      if (history.epochAt(log.last.lsn) !== log.last.epoch) {
        throw new UnusableCopyError(
          `the log ends in epoch ${log.last.epoch}, of which the metadata know nothing there`,
        );
      }
    } catch (error) {
      const damaged = error instanceof UnusableCopyError || error instanceof LogError || error instanceof StoreError;
      // Who led has nobody to copy from: it is for a person to promote another.
      if (!damaged || isFullDisk(error) || role === "primary") throw error;
      this.context.host.trace({ kind: "copy-unusable", reason: error.message });
      await this.change((now) => ({ ...now, suspect: true }));
      await this.close();
    }
  }

  private async openGeneration(generation: number): Promise<LocalCopy> {
    const { host, config, settings, parts } = this.context;
    const copy = await LocalCopy.open({ host, config, settings, parts, generation, progressed: this.progressed });
    this.copy_ = copy;
    return copy;
  }

  private drawId(purpose: string): number {
    return 1 + this.context.host.random(purpose).below(Number.MAX_SAFE_INTEGER - 1);
  }
}
