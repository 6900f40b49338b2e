import { MILLISECOND, type Duration } from "../../host/time.ts";
import { ControlCaller, type NodeStatus } from "./control-protocol.ts";
import type { Metadata } from "./metadata.ts";
import { peersOf, type NodeContext } from "./node-context.ts";

/** How often an empty node asks the others whether they are empty too. */
const RETRY: Duration = 50 * MILLISECOND;

/** What a node asks the others before it takes itself for anything. */
export class Founding {
  protected readonly context: NodeContext;
  private readonly caller: ControlCaller;

  constructor(context: NodeContext) {
    this.context = context;
    this.caller = new ControlCaller(context.host);
  }

  /**
   * Whether this node is to found the cluster. An empty disk does not say so: it may have been replaced. So the first node does,
   * and only when every other says that it is empty too.
   */
  async mayFound(): Promise<boolean> {
    const { context } = this;
    const { host, nodes } = context;
    const peers = peersOf(context);
    if (nodes[0] !== host.name) return false;
    while (!host.stop.requested) {
      const others = await this.caller.statuses(peers);
      if (others.some(({ cluster }) => cluster !== 0)) return false;
      if (this.areAll(others.length, peers.length)) return true;
      await host.clock.sleep(RETRY);
    }
    return false;
  }

  /** The latest epoch, beyond this node's own, that somebody leads, follows or has promised; undefined when there is none. */
  async laterEpoch({ cluster, history }: Metadata): Promise<number | undefined> {
    const latest = (await this.caller.statuses(peersOf(this.context)))
      .filter((other: NodeStatus) => other.cluster === cluster)
      .reduce((most, { epoch, promised }) => Math.max(most, epoch, promised), 0);
    return latest > history.last ? latest : undefined;
  }

  /** Whether so many answers are enough: one that is silent may have the data. */
  protected areAll(answers: number, peers: number): boolean {
    return answers === peers;
  }
}
