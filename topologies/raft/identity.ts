import type { Host } from "../../host/host.ts";
import { MILLISECOND, type Duration } from "../../host/time.ts";
import { nodeNames } from "../replication/local-disks.ts";
import { ControlCaller } from "./control-protocol.ts";
import type { DriverContext } from "./driver.ts";
import { clusterOf, foundersOf, furtherMember } from "./members.ts";
import type { NodeFile, StateFile } from "./state-file.ts";

/** How often others are asked. */
const RETRY: Duration = 100 * MILLISECOND;

/** Finds out who a node is, from its disk and from what others say. */
export class Identity {
  private readonly host: Host;
  private readonly context: DriverContext;
  private readonly state: StateFile;
  private readonly caller: ControlCaller;
  private readonly peers: readonly string[];

  constructor(context: DriverContext, state: StateFile) {
    const { host, config } = context;
    this.host = host;
    this.context = context;
    this.state = state;
    this.caller = new ControlCaller(host, config);
    this.peers = nodeNames(config).filter((name) => name !== host.name);
  }

  /**
   * Who this node is. An empty disk is that of a founder of a new cluster only when every other node says that it has not voted
   * either; else it is that of a node which comes later, or the disk was lost, with votes and entries that others rely on: it
   * comes back as a new member, that has promised nothing.
   *
   * @returns durably; undefined when the node is to stop before that is known
   * @throws SealedFileError, FileSystemError
   */
  async find(): Promise<NodeFile | undefined> {
    const { host, state, peers, context } = this;
    const cluster = clusterOf(context.config);
    const founders = foundersOf(context.config, context.settings);
    const founds = founders.includes(host.name);
    const known = await state.load();
    if (known?.phase === "formed" || known?.phase === "joining") return known;
    if (known === undefined) {
      const isNew = await this.until(async () => {
        const others = [...(await this.caller.statuses(peers)).values()];
        if (others.some(({ phase }) => phase === "formed")) return false;
        return founds && others.length === peers.length ? true : undefined;
      });
      if (isNew === undefined) return undefined;
      if (!isNew) {
        await this.beginAnew(1, 0);
        if (founds) host.trace({ kind: "disk-was-lost", member: state.current?.member });
        return state.current;
      }
      await state.replace({ ...FRESH, cluster, member: host.name, phase: "founding", generation: 1 });
    }
    // Nobody votes before all have begun: who finds its disk empty later can tell from the others that it may have.
    const haveBegun = await this.until(async () => {
      const others = await this.caller.statuses(peers);
      const stands = founders.map((name) => (name === host.name ? "founding" : others.get(name)?.phase));
      if ([...others.values()].some(({ phase }) => phase === "formed")) return true;
      return stands.every((phase) => phase === "founding") ? true : undefined;
    });
    if (haveBegun === undefined) return undefined;
    await state.replace({ ...(state.current as NodeFile), phase: "formed" });
    host.trace({ kind: "cluster-founded", cluster });
    return state.current;
  }

  /**
   * Makes this node a new member, that nobody knows yet: what it was is given up, with all that it held.
   *
   * @param generation of its data to come; nothing of it is there
   * @param damaged of what is to be kept for now; 0: nothing
   */
  async beginAnew(generation: number, damaged: number): Promise<void> {
    const { host, state, context } = this;
    const member = furtherMember(host.name, `${host.incarnation}-${host.random("member").below(2 ** 32)}`);
    const cluster = clusterOf(context.config);
    await state.replace({ ...FRESH, cluster, member, phase: "joining", generation, damaged });
  }

  /** Asks until there is an answer, or the node is to stop. */
  private async until<T>(ask: () => Promise<T | undefined>): Promise<T | undefined> {
    const { host } = this;
    while (!host.stop.requested) {
      const answer = await ask();
      if (answer !== undefined) return answer;
      await host.clock.sleep(RETRY);
    }
    return undefined;
  }
}

const FRESH = { damaged: 0, term: 0, vote: undefined, commit: 0 };
