import { MILLISECOND, type Duration, type MonotonicTime } from "../../host/time.ts";
import { JoinedRuns } from "./joined-runs.ts";
import type { NodeContext } from "./node-context.ts";
import { withMargin } from "./settings.ts";
import type { View } from "./view.ts";

/** How long a primary has to answer. */
const PATIENCE: Duration = 500 * MILLISECOND;

/** Who keeps the pins. */
export interface LeaseKeepers {
  /** Whom to ask; undefined while nobody is known. */
  current(): string | undefined;
  /** The one who was asked gave no answer, or is not the primary. */
  unhelpful(): void;
}

/** What came of asking for a lease. */
export type Leased =
  /** The tables of the version held are pinned, and have been since it was looked at. */
  | "pinned"
  /** Some were deleted before: the manifest must be read again. */
  | "gone"
  /** The primary gave no answer, or none that helps. */
  | "unanswered";

/**
 * A replica's leases on the tables that it reads. A lease counts from when it was asked for, on this node's clock and with a
 * margin, so that it has ended here before it ends at the primary.
 */
export class LeaseHolder {
  private readonly context: NodeContext;
  private readonly view: () => View;
  private readonly keepers: LeaseKeepers;
  private readonly statements = new JoinedRuns(() => this.state());
  private number = 0;
  private epoch = 0;
  private leased: ReadonlySet<number> = new Set();
  private until: MonotonicTime = -1;
  private last: Leased = "unanswered";

  constructor(context: NodeContext, view: () => View, keepers: LeaseKeepers) {
    this.context = context;
    this.view = view;
    this.keepers = keepers;
  }

  /** Whether everything that the view needs is leased still. */
  covers(): boolean {
    const view = this.view();
    return this.valid && this.epoch === view.epoch && view.needed().every((table) => this.leased.has(table));
  }

  /** The tables of the view's epoch that are leased now. */
  get held(): readonly number[] {
    return this.valid && this.epoch === this.view().epoch ? [...this.leased] : [];
  }

  /** Sees to it that the version held is pinned. */
  async ensure(): Promise<Leased> {
    if (this.covers()) return "pinned";
    await this.statements.run();
    if (this.covers()) return "pinned";
    return this.last === "pinned" ? "gone" : this.last;
  }

  /** Renews what is needed, over and over, until `closed`. */
  async run(closed: () => boolean): Promise<void> {
    const { host, settings } = this.context;
    while (!closed()) {
      await host.clock.sleep(Math.ceil(withMargin(settings.lease) / 3));
      if (!closed()) await this.statements.run();
    }
  }

  private get valid(): boolean {
    return this.context.host.clock.monotonic() < this.until;
  }

  private async state(): Promise<void> {
    const { context } = this;
    const { host, settings } = context;
    const keeper = this.keepers.current();
    if (keeper === undefined) {
      this.last = "unanswered";
      return;
    }
    const view = this.view();
    const tables = view.needed();
    // What it no longer names is given up now, and not when the answer comes: the primary may delete it before that.
    if (this.epoch === view.epoch) this.leased = new Set(tables.filter((table) => this.leased.has(table)));
    const since = host.clock.monotonic();
    const statement = { holder: `${host.name}#${host.incarnation}`, number: ++this.number, tables };
    const reply = await context.ask(keeper, { kind: "pin", epoch: view.epoch, statement }, PATIENCE);
    if (reply?.kind !== "pinned") {
      if (reply?.kind === "refused") host.trace({ kind: "lease-refused", epoch: view.epoch, code: reply.code });
      this.last = "unanswered";
      this.keepers.unhelpful();
      return;
    }
    const missing = new Set(reply.missing);
    this.epoch = view.epoch;
    this.leased = new Set(tables.filter((table) => !missing.has(table)));
    this.until = since + withMargin(settings.lease);
    this.last = missing.size > 0 ? "gone" : "pinned";
    if (missing.size > 0) host.trace({ kind: "lease-too-late", epoch: view.epoch, tables: reply.missing.join(",") });
  }
}
