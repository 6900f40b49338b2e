import { Codec } from "../../host/codec.ts";
import type { Host } from "../../host/host.ts";
import { isNetworkError } from "../../host/network-error.ts";
import type { Service } from "../../host/network.ts";
import { MILLISECOND, type Duration } from "../../host/time.ts";
import { isBlind, type KeyedOperation } from "../effect.ts";
import { isReadOnly, keysText, type ClientOperation } from "../operation.ts";
import { CLIENT_PORT, ClientProtocol, type ClientReply, type RequestTerms } from "../protocol.ts";
import { failed, refusalOf, refusedRead } from "../refusal.ts";
import { isFullDisk } from "../replication/disk-error.ts";
import { nodeNames, type SurveyAnswer } from "../replication/local-disks.ts";
import { NOT_PRIMARY } from "../routed-client.ts";
import { serveClients } from "../serve.ts";
import type { ClusterConfig, NodeState, TopologyNode } from "../topology.ts";
import { type Command, encodeCommand } from "./command.ts";
import { ControlCaller, CONTROL_PORT, ControlProtocol, type NodeStatus } from "./control-protocol.ts";
import { initialConfiguration, isVoter, NO_CONFIGURATION } from "./core/configuration.ts";
import type { CoreInspection } from "./core/inspection.ts";
import { isDiskError } from "./disk-error.ts";
import { type DriverContext, RaftDriver } from "./driver.ts";
import { clusterOf, furtherMember } from "./members.ts";
import { admit, handOver } from "./membership.ts";
import { defaultRaftParts, type RaftParts } from "./parts.ts";
import type { Proposed } from "./pending-requests.ts";
import type { Reads } from "./reads.ts";
import { settingsOf, type ModeSettings } from "./settings.ts";
import { acceptSnapshots, type SnapshotHome } from "./snapshot-listener.ts";
import type { NodeFile, StateFile } from "./state-file.ts";
import { DATA, Storage } from "./storage.ts";

/** How often a node asks others for what it waits for, and a full disk is looked at again. */
const RETRY: Duration = 100 * MILLISECOND;
/** Bytes that must be free before a node whose disk was full begins anew. */
const ROOM = 1 << 20;
/** Times that a node can begin anew within one incarnation of its host, for the core's own to rise. */
const BEGINNINGS = 64;

/** A node's state with what invariants look at. */
export interface RaftNodeState extends NodeState {
  readonly core: CoreInspection | undefined;
}

/** What a node is at. */
export type NodeLife = "starting" | "running" | "full" | "failed" | "stopping";

/** One node: who it is, and the driver of its core while there is one. */
export class RaftNode implements TopologyNode, SnapshotHome {
  private readonly host: Host;
  private readonly context: DriverContext;
  private readonly state: StateFile;
  private readonly peers: readonly string[];
  private readonly caller: ControlCaller;
  private readonly protocol = new ClientProtocol();
  private life: NodeLife = "starting";
  private storage: Storage | undefined;
  private driver_: RaftDriver | undefined;
  private reads: Reads | undefined;
  private generation = 0;
  private beginnings = 0;

  constructor(host: Host, config: ClusterConfig, mode: ModeSettings, parts: RaftParts = defaultRaftParts) {
    this.host = host;
    this.context = { host, config, settings: settingsOf(config, mode), parts, codec: new Codec() };
    this.state = new parts.StateFile(host.fs("local"), DATA.path);
    this.peers = nodeNames(config).filter((name) => name !== host.name);
    this.caller = new ControlCaller(host);
  }

  get driver(): RaftDriver | undefined {
    return this.life === "running" ? this.driver_ : undefined;
  }

  async run(): Promise<void> {
    const { host } = this;
    const control = this.serveControl();
    const snapshots = acceptSnapshots(host, this);
    host.spawn("begin", () => this.begin());
    await serveClients(host, (operation, terms) => this.answer(operation, terms));
    control.close();
    snapshots.close();
    this.life = "stopping";
    await this.close("stopped");
  }

  inspect(): RaftNodeState {
    const { driver } = this;
    if (this.life === "failed") return { ready: false, role: "none", fields: { failed: true }, core: undefined };
    if (driver === undefined) return { ready: false, role: "none", fields: {}, core: undefined };
    const core = driver.inspect();
    const { store } = driver.storage;
    const fields = {
      member: core.id,
      term: core.term,
      leader: core.leader,
      commit: core.commit,
      applied: store.applied.lsn,
      appliedEpoch: store.applied.epoch,
      digest: driver.storage.digest,
    };
    return { ready: driver.serves, role: core.role === "leader" ? "leader" : "replica", fields, core };
  }

  nextGeneration(): number {
    this.generation = Math.max(this.generation, this.state.current?.generation ?? 0) + 1;
    return this.generation;
  }

  /** Goes on once the disk has room, or waits for a person, or is an error of this program. */
  fail(error: unknown): void {
    if (this.life !== "running" && this.life !== "starting") return;
    if (!isDiskError(error)) {
      this.host.fatal(error);
      return;
    }
    const full = isFullDisk(error);
    this.life = full ? "full" : "failed";
    this.host.trace({ kind: full ? "disk-full" : "node-failed", reason: (error as Error).message });
    this.host.spawn("give up", async () => {
      await this.close("disk-failed");
      if (full) await this.begin();
    });
  }

  private async answer(operation: ClientOperation, terms: RequestTerms): Promise<ClientReply> {
    const { host, reads } = this;
    try {
      if (this.life === "full") return failed("disk-full", `the disk of ${host.name} is full; free some room`);
      const { driver } = this;
      if (driver === undefined || reads === undefined) return failed("not-ready", `${host.name} is ${this.life}`);
      const isRead = isReadOnly(operation) && terms.session !== 0;
      const reply = isRead ? await reads.answer(operation) : await this.change(driver, operation, terms);
      const isElsewhere = !reply.ok && reply.code === NOT_PRIMARY && reply.primary !== undefined;
      return isElsewhere && terms.relay === true ? await this.relay(reply.primary, operation, terms) : reply;
    } catch (error) {
      const refusal = refusalOf(error, DATA.path);
      if (refusal === undefined) throw error;
      host.trace(refusedRead(keysText(operation), refusal));
      return failed(refusal.reason, refusal.message);
    }
  }

  private async change(driver: RaftDriver, operation: ClientOperation, terms: RequestTerms): Promise<ClientReply> {
    const { fullDisk } = driver.storage.store;
    // It would be applied once there is room, and its client could not know.
    if (fullDisk !== undefined) return failed("disk-full", `${fullDisk.message}; free some room`);
    const { session, sequence = 0, received = 0 } = terms;
    const command: Command =
      session === 0
        ? { kind: "open-session" }
        : {
            kind: "operation",
            operation: operation as KeyedOperation,
            origin: session === undefined ? undefined : { session, sequence, received },
          };
    const waits = !this.context.settings.answerAfterPropose || session === 0 || !isBlind(operation);
    return this.told(driver, await driver.propose(encodeCommand(this.context.codec, command), waits));
  }

  private told(driver: RaftDriver, proposed: Proposed): ClientReply {
    switch (proposed.how) {
      case "applied": {
        const { index, term, outcome } = proposed.applied;
        if (!outcome.ok) return failed(outcome.code, outcome.message);
        return { ok: true, value: outcome.value, position: driver.position(index, term) };
      }
      case "proposed":
        return { ok: true, value: null, position: driver.position(proposed.index) };
      case "refused": {
        if (proposed.code !== "not-leader") return failed(proposed.code, "the leader cannot take it now; try again");
        const { leaderHost: primary } = driver;
        const message = `${this.host.name} is not the leader`;
        const refusal: ClientReply = { ok: false, outcome: "failed", code: NOT_PRIMARY, message };
        return primary === undefined ? refusal : { ...refusal, primary };
      }
      case "unknown": {
        const message = "it was not agreed on in time; it may have happened, or may yet";
        return { ok: false, outcome: "unknown", code: proposed.code, message };
      }
    }
  }

  /** Asks the leader, whom the client could not reach. */
  private async relay(leader: string, operation: ClientOperation, terms: RequestTerms): Promise<ClientReply> {
    const { host, protocol } = this;
    const request = protocol.encodeRequest(operation, { ...terms, relay: false });
    try {
      const endpoint = { host: leader, port: CLIENT_PORT };
      return protocol.decodeReply(
        await host.net.request(endpoint, request, { deadline: this.context.settings.patience }),
      );
    } catch (error) {
      if (isNetworkError(error, "ECONNREFUSED") || isNetworkError(error, "EHOSTUNREACH")) {
        return failed("unreachable", error.message);
      }
      if (!isNetworkError(error)) throw error;
      return { ok: false, outcome: "unknown", code: "timeout", message: error.message };
    }
  }

  /** Finds out who it is and what there is, and takes part. */
  private async begin(): Promise<void> {
    for (;;) {
      try {
        await this.open();
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
    const { host, context, state } = this;
    const fs = host.fs("local");
    const stops = (): boolean => host.stop.requested;
    if (stops()) return;
    await DATA.make(fs);
    const own = await this.identify();
    if (stops()) return;
    await DATA.removeUnused(fs, own.generation);
    const storage = await Storage.open({ ...context, state });
    this.storage = storage;
    // Without it the log's directory, with entries that were acknowledged, could be gone after a loss of power.
    await fs.syncDirectory(DATA.path);
    const initial = own.phase === "joining" ? NO_CONFIGURATION : initialConfiguration(nodeNames(context.config));
    const stored = await storage.stored(initial);
    if (stops()) return;
    const member = { id: own.member, incarnation: host.incarnation * BEGINNINGS + (this.beginnings++ % BEGINNINGS) };
    const driver = new RaftDriver(context, storage, member, stored, (error) => this.fail(error));
    this.driver_ = driver;
    this.reads = new context.parts.Reads(driver);
    this.life = "running";
    host.trace({ kind: "node-ready", member: own.member, term: driver.core.term, applied: driver.core.applied });
    driver.start();
    if (own.phase === "joining") host.spawn("join", () => this.join(driver));
  }

  /**
   * Who this node is. An empty disk is that of a new cluster only when every other node says that it has not voted either; else
   * the disk was lost, with votes and entries that others rely on: it comes back as a new member, that has promised nothing.
   */
  private async identify(): Promise<NodeFile> {
    const { host, state, caller, peers } = this;
    const cluster = clusterOf(this.context.config);
    const known = await state.load();
    if (known?.phase === "formed" || known?.phase === "joining") return known;
    const fresh = { cluster, generation: 1, term: 0, vote: undefined, commit: 0 };
    if (known === undefined) {
      const isNew = await this.until(async () => {
        const others = [...(await caller.statuses(peers)).values()];
        if (others.some(({ phase }) => phase === "formed")) return false;
        return others.length === peers.length ? true : undefined;
      });
      if (isNew === false) {
        const member = furtherMember(host.name, `${host.incarnation}-${host.random("member").below(2 ** 32)}`);
        await state.replace({ ...fresh, member, phase: "joining" });
        host.trace({ kind: "disk-was-lost", member });
        return state.current as NodeFile;
      }
      await state.replace({ ...fresh, member: host.name, phase: "founding" });
    }
    // Nobody votes before all have begun: who finds its disk empty later can tell from the others that it may have.
    await this.until(async () => {
      const others = [...(await caller.statuses(peers)).values()];
      if (others.some(({ phase }) => phase === "formed")) return true;
      return others.length === peers.length && others.every(({ phase }) => phase !== "empty") ? true : undefined;
    });
    await state.replace({ ...(state.current as NodeFile), phase: "formed" });
    host.trace({ kind: "cluster-founded", cluster });
    return state.current as NodeFile;
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

  /** Asks whoever leads to be made a voter, step by step. */
  private async join(driver: RaftDriver): Promise<void> {
    const { host, caller, peers } = this;
    const { id: member } = driver.core;
    while (!driver.ended && !isVoter(driver.core.configuration, member)) {
      const statuses = await caller.statuses(peers);
      for (const [node, { leads }] of statuses) if (leads) await caller.command(node, { ask: "join", member });
      await host.clock.sleep(RETRY);
    }
    if (!driver.ended) host.trace({ kind: "node-joined", member });
  }

  private serveControl(): Service {
    const protocol = new ControlProtocol();
    return this.host.net.serve(CONTROL_PORT, async (bytes) => {
      const request = protocol.decodeRequest(bytes);
      const { driver } = this;
      switch (request?.ask) {
        case "status":
          return protocol.encode(this.status());
        case "survey":
          return protocol.encode(await this.survey());
        case "join":
          return protocol.encode(driver === undefined ? NOT_READY : admit(driver, request.member));
        case "transfer":
          return protocol.encode(driver === undefined ? NOT_READY : handOver(driver, request.to));
        case undefined:
          this.host.trace({ kind: "control-refused", reason: "no request of this protocol" });
          return protocol.encode({ done: false, code: "bad-request" });
      }
    });
  }

  private status(): NodeStatus {
    const { driver } = this;
    const { current } = this.state;
    const phase = current === undefined ? "empty" : current.phase === "founding" ? "founding" : "formed";
    return {
      cluster: clusterOf(this.context.config),
      phase,
      member: current?.member ?? "",
      leads: driver?.leads === true,
      leader: driver?.leaderHost ?? "",
    };
  }

  private async survey(): Promise<SurveyAnswer> {
    const busy: SurveyAnswer = { busy: true, position: 0, digest: "" };
    const { driver } = this;
    if (driver?.serves !== true) return busy;
    try {
      const { applied, digest } = await driver.storage.store.digestOfContent();
      return { busy: false, position: applied.lsn, digest };
    } catch (error) {
      if (isDiskError(error)) return busy;
      throw error;
    }
  }

  private async awaitRoom(): Promise<void> {
    const { host } = this;
    do {
      await host.clock.sleep(RETRY);
    } while ((await host.fs("local").statfs()).freeBytes < ROOM);
    this.life = "starting";
  }

  private async close(code: string): Promise<void> {
    const { driver_: driver, storage } = this;
    this.driver_ = undefined;
    this.reads = undefined;
    this.storage = undefined;
    await driver?.end(code);
    const failure = await storage?.close();
    if (isDiskError(failure)) this.host.trace({ kind: "database-close-failed", reason: (failure as Error).message });
  }
}

const NOT_READY = { done: false, code: "not-ready" };
