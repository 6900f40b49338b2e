import { MILLISECOND, type Duration } from "../../host/time.ts";
import { nodeNames } from "../replication/local-disks.ts";
import { ControlCaller } from "./control-protocol.ts";
import { isMember, isVoter } from "./core/configuration.ts";
import type { RaftDriver } from "./driver.ts";

/** How often a node looks whether it is what it is to be. */
const LOOK: Duration = 100 * MILLISECOND;
/** Of so many looks, one asks others, where there is no hurry: of a spare, and of a voter that hears of no leader. */
const SELDOM = 5;

/**
 * Sees to it that a node is a voter for as long as it is to be one: asks for its vote, step by step; and when it is let go, finds
 * out, from its own log or from others, as nobody sends it anything any more.
 */
export class Enrolment {
  private readonly driver: RaftDriver;
  private readonly caller: ControlCaller;
  private readonly peers: readonly string[];
  private unwanted = false;

  constructor(driver: RaftDriver) {
    const { host, config } = driver.context;
    this.driver = driver;
    this.caller = new ControlCaller(host, config);
    this.peers = nodeNames(config).filter((name) => name !== host.name);
  }

  /** Whether the node belongs to no cluster, and waits until a person adds it. */
  get spare(): boolean {
    const { core } = this.driver;
    return this.unwanted && !isMember(core.configuration, core.id);
  }

  /** @returns whether the node was let go; false when its driver has ended */
  async run(): Promise<boolean> {
    const { driver } = this;
    const { host } = driver.context;
    const { id: member } = driver.core;
    let joins = !isVoter(driver.core.configuration, member);
    for (let looks = 1; !driver.ended; looks++) {
      if (driver.inspect().committedConfiguration.configuration.removed.includes(member)) break;
      const votes = isVoter(driver.core.configuration, member);
      if (votes && joins) {
        joins = false;
        host.trace({ kind: "node-joined", member });
        driver.storage.forgetDamaged();
      }
      const isUrgent = !votes && !this.spare;
      const isDue = looks % SELDOM === 0 && (!votes || driver.core.leader === undefined);
      if ((isUrgent || isDue) && (await this.ask())) break;
      await host.clock.sleep(LOOK);
    }
    return !driver.ended;
  }

  /** Asks everybody, as one of them leads. @returns whether one knows that the node was let go */
  private async ask(): Promise<boolean> {
    const { driver, caller, peers } = this;
    const { host } = driver.context;
    const { id: member } = driver.core;
    const answers = await Promise.all(peers.map((node) => caller.command(node, { ask: "join", member })));
    const codes = answers.map((answer) => answer?.code);
    if (!this.unwanted && codes.includes("no-member")) {
      this.unwanted = true;
      host.trace({ kind: "node-is-spare", member });
    }
    return codes.includes("removed");
  }
}
