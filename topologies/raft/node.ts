import { Codec } from "../../host/codec.ts";
import type { Host } from "../../host/host.ts";
import { isNetworkError } from "../../host/network-error.ts";
import { MILLISECOND, type Duration } from "../../host/time.ts";
import { isBlind, type KeyedOperation } from "../effect.ts";
import { isReadOnly, keysText, type ClientOperation } from "../operation.ts";
import { CLIENT_PORT, ClientProtocol, type ClientReply, type RequestTerms } from "../protocol.ts";
import { failed, refusalOf, refusedRead } from "../refusal.ts";
import { isFullDisk } from "../replication/disk-error.ts";
import { NOT_PRIMARY } from "../routed-client.ts";
import { serveClients } from "../serve.ts";
import type { ClusterConfig, NodeState, TopologyNode } from "../topology.ts";
import { type Command, encodeCommand } from "./command.ts";
import { type ControlledNode, serveControl } from "./control-service.ts";
import { initialConfiguration, NO_CONFIGURATION } from "./core/configuration.ts";
import type { CoreInspection } from "./core/inspection.ts";
import { isDamage, isDiskError } from "./disk-error.ts";
import { type DriverContext, RaftDriver } from "./driver.ts";
import { Enrolment } from "./enrolment.ts";
import { Identity } from "./identity.ts";
import { foundersOf } from "./members.ts";
import { defaultRaftParts, type RaftParts } from "./parts.ts";
import type { Proposed } from "./pending-requests.ts";
import type { Reads } from "./reads.ts";
import { settingsOf, type ModeSettings } from "./settings.ts";
import { acceptSnapshots, type SnapshotHome } from "./snapshot-listener.ts";
import type { NodeFile, StateFile } from "./state-file.ts";
import { DATA, type Storage } from "./storage.ts";

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
export type NodeLife = "starting" | "running" | "full" | "renewing" | "failed" | "stopping";

/** One node: who it is, and the driver of its core while there is one. */
export class RaftNode implements ControlledNode, SnapshotHome, TopologyNode {
  private readonly host: Host;
  readonly context: DriverContext;
  private readonly state: StateFile;
  private readonly protocol = new ClientProtocol();
  private life: NodeLife = "starting";
  private storage: Storage | undefined;
  private driver_: RaftDriver | undefined;
  private reads: Reads | undefined;
  private enrolment: Enrolment | undefined;
  /** Why what it is and has is to be given up; undefined: it is not. */
  private givesUp: "let-go" | "damaged" | undefined;
  private generation = 0;
  private beginnings = 0;

  constructor(host: Host, config: ClusterConfig, mode: ModeSettings, parts: RaftParts = defaultRaftParts) {
    this.host = host;
    this.context = { host, config, settings: settingsOf(config, mode), parts, codec: new Codec() };
    this.state = new parts.StateFile(host.fs("local"), DATA.path);
  }

  get driver(): RaftDriver | undefined {
    return this.life === "running" ? this.driver_ : undefined;
  }

  get identity(): NodeFile | undefined {
    return this.state.current;
  }

  get spare(): boolean {
    return this.driver !== undefined && this.enrolment?.spare === true;
  }

  async run(): Promise<void> {
    const { host } = this;
    const control = serveControl(this);
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
    const { id: identity } = core;
    const fields = {
      member: identity,
      term: core.term,
      leader: core.leader,
      commit: core.commit,
      applied: store.applied.lsn,
      appliedEpoch: store.applied.epoch,
      digest: driver.storage.digest,
    };
    // Nothing is asked of it yet, and what will be it can do.
    if (this.spare) return { ready: true, role: "none", fields: { member: identity, spare: true }, identity, core };
    return { ready: driver.serves, role: core.role === "leader" ? "leader" : "replica", fields, identity, core };
  }

  nextGeneration(): number {
    this.generation = Math.max(this.generation, this.state.current?.generation ?? 0) + 1;
    return this.generation;
  }

  /** Goes on once the disk has room, or as somebody else, or waits for a person, or is an error of this program. */
  fail(error: unknown): void {
    if (this.life !== "running" && this.life !== "starting") return;
    if (!isDiskError(error)) {
      this.host.fatal(error);
      return;
    }
    const full = isFullDisk(error);
    const damaged = !full && isDamage(error);
    this.life = full ? "full" : damaged ? "renewing" : "failed";
    const kind = full ? "disk-full" : damaged ? "data-damaged" : "node-failed";
    this.host.trace({ kind, reason: (error as Error).message });
    this.host.spawn("give up", async () => {
      await this.close("disk-failed");
      if (full && this.life === "full") {
        // What goes wrong from here on is another matter, that must not pass for a disk without room.
        this.life = "starting";
        await this.begin();
      }
      if (damaged) await this.renew("damaged");
    });
  }

  protected async answer(operation: ClientOperation, terms: RequestTerms): Promise<ClientReply> {
    const { host, reads } = this;
    try {
      if (this.life === "full") return failed("disk-full", `the disk of ${host.name} is full; free some room`);
      const { driver } = this;
      if (driver === undefined || reads === undefined) return failed("not-ready", `${host.name} is ${this.life}`);
      if (this.spare) return failed("not-ready", `${host.name} is no member`);
      const isRead = isReadOnly(operation) && terms.session !== 0;
      const reply = isRead ? await reads.answer(operation) : await this.change(driver, operation, terms);
      const isElsewhere = !reply.ok && reply.code === NOT_PRIMARY && reply.primary !== undefined;
      return isElsewhere && terms.relay === true ? await this.relay(reply.primary, operation, terms) : reply;
    } catch (error) {
      if (isDamage(error)) this.fail(error);
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
    const identity = new Identity(context, state);
    if (this.givesUp !== undefined) await this.giveUp(identity);
    const own = await identity.find();
    if (own === undefined || stops()) return;
    await DATA.removeUnused(fs, own.generation, own.damaged);
    const storage = await context.parts.Storage.open({ ...context, state });
    this.storage = storage;
    // Without it the log's directory, with entries that were acknowledged, could be gone after a loss of power.
    await fs.syncDirectory(DATA.path);
    const initial =
      own.phase === "joining" ? NO_CONFIGURATION : initialConfiguration(foundersOf(context.config, context.settings));
    const stored = await storage.stored(initial);
    if (stops()) return;
    const member = { id: own.member, incarnation: host.incarnation * BEGINNINGS + (this.beginnings++ % BEGINNINGS) };
    const driver = new RaftDriver(context, storage, member, stored, (error) => this.fail(error));
    this.driver_ = driver;
    this.reads = new context.parts.Reads(driver);
    this.life = "running";
    host.trace({ kind: "node-ready", member: own.member, term: driver.core.term, applied: driver.core.applied });
    driver.start();
    const enrolment = new Enrolment(driver);
    this.enrolment = enrolment;
    host.spawn("enrol", () => this.enrol(driver, enrolment));
  }

  /**
   * Makes this node somebody else, who has promised nothing. In one step: until then it is who it was, and finds out once more
   * after a crash. Of what is damaged nothing is cut away: it is kept until the others are known to have it all.
   */
  private async giveUp(identity: Identity): Promise<void> {
    const latest = await DATA.latestGeneration(this.host.fs("local"));
    const { generation = latest, damaged: kept = 0 } = this.state.current ?? {};
    const damaged = this.givesUp === "damaged" ? kept || generation : 0;
    await identity.beginAnew(Math.max(this.nextGeneration(), latest + 1), damaged);
    this.givesUp = undefined;
  }

  /** Stays a voter, or becomes one; once it is let go, gives up what it has, and waits to be added as somebody else. */
  private async enrol(driver: RaftDriver, enrolment: Enrolment): Promise<void> {
    if (!(await enrolment.run()) || this.life !== "running") return;
    this.life = "renewing";
    this.host.trace({ kind: "node-removed", member: driver.core.id });
    await this.close("removed");
    await this.renew("let-go");
  }

  /** Begins as somebody else. */
  private async renew(why: "let-go" | "damaged"): Promise<void> {
    if (this.life !== "renewing") return;
    this.life = "starting";
    this.givesUp = why;
    await this.begin();
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
