import {
  DatabaseExistenceError,
  defaultEngineParts,
  ManifestUnavailableError,
  openReadOnlyDatabase,
} from "../../engine/index.ts";
import { isFileSystemError } from "../../host/file-system-error.ts";
import { MILLISECOND, type Duration, type MonotonicTime } from "../../host/time.ts";
import { engineOptions } from "./engine-options.ts";
import type { EpochClaim } from "./epoch-claims.ts";
import { JoinedRuns } from "./joined-runs.ts";
import { revalidate } from "./mount-revalidation.ts";
import type { NodeContext } from "./node-context.ts";
import type { TableLinks } from "./table-links.ts";
import { View } from "./view.ts";

/** How often a replica looks for a database that the primary has not made yet. */
const OPEN_RETRY = 50 * MILLISECOND;

/** Follows the primary's database, from one epoch to the next. */
export class Follower {
  private readonly context: NodeContext;
  private readonly links: TableLinks | undefined;
  private readonly refreshes = new JoinedRuns(() => this.refreshOnce());
  private view_: View | undefined;
  private verified: MonotonicTime = -Infinity;

  constructor(context: NodeContext, links: TableLinks | undefined) {
    this.context = context;
    this.links = links;
  }

  /** What it reads from; undefined before {@link open}. */
  get view(): View | undefined {
    return this.view_;
  }

  /** How long ago, on this node's clock, what it reads from was the newest that there was. */
  get age(): Duration {
    return this.context.host.clock.monotonic() - this.verified;
  }

  /** Looks for a database until there is one, or the replica was `closed`. */
  async open(closed: () => boolean): Promise<void> {
    const { host } = this.context;
    while (!closed()) {
      const view = await this.tryOpen();
      if (view !== undefined) {
        this.view_ = view;
        return;
      }
      await host.clock.sleep(OPEN_RETRY);
    }
  }

  /**
   * Takes over what there is now, or more exactly at this call or later. After an error the view is as before.
   *
   * @throws DatabaseError, FileSystemError, ClaimError
   */
  refresh(): Promise<void> {
    return this.refreshes.run();
  }

  /** As {@link refresh}, but joined with no other: every read loads the manifest by itself, as the document has it. */
  refreshAlone(): Promise<void> {
    return this.refreshOnce();
  }

  async close(): Promise<void> {
    const view = this.view_;
    this.view_ = undefined;
    await view?.retire();
  }

  /** The database of the current epoch, or the only one; undefined while there is none. */
  protected async tryOpen(): Promise<View | undefined> {
    const { context } = this;
    const since = context.host.clock.monotonic();
    let claim: EpochClaim | undefined;
    if (context.switches.epochs) {
      claim = await context.claims.current();
      if (claim === undefined) return undefined;
    }
    try {
      const view = await this.openView(claim);
      if (claim === undefined) this.verified = since;
      return view;
    } catch (error) {
      if (error instanceof DatabaseExistenceError || error instanceof ManifestUnavailableError) return undefined;
      // The epoch came to its end meanwhile, and its files were deleted.
      if (claim !== undefined && isFileSystemError(error)) return undefined;
      throw error;
    }
  }

  private async openView(claim: EpochClaim | undefined): Promise<View> {
    const { context, links } = this;
    const { host, fs, config, switches } = context;
    const directory = claim === undefined ? context.directory : context.claims.directory(claim.epoch);
    const options = engineOptions(config, switches);
    const parts = links === undefined ? defaultEngineParts : links.parts(claim?.epoch ?? 0);
    return new View(await openReadOnlyDatabase({ host, fs, directory, options, parts }), directory, claim);
  }

  private async refreshOnce(): Promise<void> {
    const { context } = this;
    const view = this.view_;
    if (view === undefined) return;
    const since = context.host.clock.monotonic();
    try {
      await this.load(view);
    } catch (error) {
      if (await this.moveOn(view)) return;
      throw error;
    }
    // After all was read: open still, the epoch was open all the while, and nothing newer was acknowledged elsewhere.
    if (await this.moveOn(view)) return;
    this.verified = since;
  }

  private async load(view: View): Promise<void> {
    const { switches } = this.context;
    if (switches["cache-invalidation"]) await revalidate(this.context, view);
    await view.database.refresh();
    if (switches["pinned-descriptors"]) await openTables(view);
    await this.links?.cover(view);
  }

  /** Turns to the epoch that has taken this one's place. @returns whether this one has ended */
  private async moveOn(view: View): Promise<boolean> {
    const { context } = this;
    if (view.claim === undefined) return false;
    const claim = await context.claims.read(view.claim.epoch);
    if (claim.sealedBy === undefined) return false;
    const since = context.host.clock.monotonic();
    const next = await context.claims.successor(claim);
    if (next === undefined || this.view_ !== view) return true;
    const fresh = await this.openView(next);
    this.view_ = fresh;
    context.host.trace({ kind: "epoch-followed", epoch: next.epoch });
    await this.load(fresh);
    if ((await context.claims.read(next.epoch)).sealedBy === undefined) this.verified = since;
    await view.retire();
    return true;
  }
}

/** Opens every table of the version held, so that none has to be looked for when it is read. */
async function openTables({ database }: View): Promise<void> {
  const version = database.version.acquire();
  try {
    for (const file of version.files()) (await version.openTable(file)).unpin();
  } finally {
    version.release();
  }
}
