import { MILLISECOND, type Duration, type MonotonicTime } from "../../host/time.ts";
import type { Founding } from "./founding.ts";
import type { LocalCopy } from "./local-copy.ts";
import type { NodeContext } from "./node-context.ts";
import type { Primary } from "./primary.ts";

/** How often a primary that lacks replicas asks whether somebody else leads. */
const DOUBT: Duration = 500 * MILLISECOND;

/** The node that is looked after. */
export interface KeptNode {
  readonly context: NodeContext;
  readonly copy: LocalCopy | undefined;
  /** Undefined while the node is none. */
  readonly primary: Primary | undefined;
  fail(error: unknown): void;
}

/** What a node does now and then, whatever it is. */
export class Housekeeping {
  protected readonly node: KeptNode;
  private readonly founding: Founding;
  private doubted: MonotonicTime = 0;
  private trimming = false;

  constructor(node: KeptNode, founding: Founding) {
    this.node = node;
    this.founding = founding;
  }

  tick(now: MonotonicTime): void {
    const failure = this.node.copy?.failure;
    if (failure !== undefined) this.node.fail(failure.error);
    this.trim();
    this.doubt(now);
  }

  /** A primary that lacks replicas asks whether they follow somebody else. */
  private doubt(now: MonotonicTime): void {
    const { primary, context } = this.node;
    const { current } = context.metadata;
    if (primary === undefined || current === undefined || now - this.doubted < DOUBT) return;
    this.doubted = now;
    const streaming = [...primary.connected.values()].filter((sender) => sender.streaming).length;
    if (streaming === context.nodes.length - 1) return;
    context.host.spawn("ask who leads", async () => {
      const later = await this.founding.laterEpoch(current);
      if (later !== undefined) primary.overtaken(later);
    });
  }

  /** Gives up the part of the log that nobody needs. */
  private trim(): void {
    const { copy, context, primary } = this.node;
    if (copy === undefined || this.trimming || copy.failure !== undefined) return;
    const retention = primary?.retention ?? new context.parts.Retention(context.settings);
    if (!retention.isDue(copy.log)) return;
    this.trimming = true;
    context.host.spawn("trim the log", async () => {
      try {
        await copy.makeDurable();
        await copy.log.dropBefore(() => {
          const first = retention.firstKept(copy.log, copy.durableLsn);
          // They ask for what is gone, and are told to copy all data.
          for (const holder of retention.lost(first)) {
            retention.release(holder);
            context.host.trace({ kind: "slot-dropped", replica: holder.replica, first });
            holder.end("slot-lost");
          }
          return first;
        });
      } catch (error) {
        // It may have been replaced meanwhile, and closed.
        if (copy === this.node.copy) this.node.fail(error);
      } finally {
        this.trimming = false;
      }
    });
  }
}
