import { Mutex } from "../../engine/index.ts";
import { removeDirectory } from "../../engine/file-io.ts";
import type { Host } from "../../host/host.ts";
import type { Service } from "../../host/network.ts";
import { MILLISECOND, SECOND, type Duration } from "../../host/time.ts";
import { settingsOf as raftSettingsOf, type ModeSettings as RaftModeSettings } from "../raft/settings.ts";
import type { RaftNode } from "../raft/node.ts";
import { isFullDisk, isStorageError } from "../replication/disk-error.ts";
import { nodeNames } from "../replication/local-disks.ts";
import { samePosition } from "../replication/position.ts";
import type { ClusterConfig, NodeState, TopologyNode } from "../topology.ts";
import { isDiskError } from "../wal-stream/disk-error.ts";
import { nextRound } from "../wal-stream/epoch-history.ts";
import { DATA as STREAM } from "../wal-stream/local-copy.ts";
import type { ModeSettings as StreamModeSettings } from "../wal-stream/settings.ts";
import {
  type ControlAnswer,
  ControlCaller,
  CONTROL_PORT,
  ControlProtocol,
  type ControlRequest,
  type Standing,
  type StreamStanding,
} from "./control-protocol.ts";
import { ConversionError, type Conversion } from "./conversion.ts";
import { type Foundation, historyBehind, sameFoundation } from "./foundation.ts";
import { defaultUpgradeParts, type UpgradeParts } from "./parts.ts";
import { ProgramHost } from "./program-host.ts";
import { HOME, type NodeProtocol, type ProtocolFile } from "./protocol-file.ts";
import { type Restraint, RestrainedNode } from "./restraint.ts";

/** How often a node asks others for what it waits for, and a full disk is looked at again. */
const RETRY: Duration = 100 * MILLISECOND;
/** How often a node that takes no changes asks whether others run another protocol already. */
const WATCH: Duration = 500 * MILLISECOND;
/** How long the protocol that is given up may take to let go of what it does. */
const PATIENCE: Duration = 2 * SECOND;
/** By that name a node promises itself to follow nobody. */
const SEALER = "upgrade";

/** The modes of both protocols. */
export interface UpgradeModes {
  readonly stream: StreamModeSettings;
  readonly raft: RaftModeSettings;
}

/** A node's time with its log streamed. */
interface Streaming {
  readonly host: ProgramHost;
  readonly node: RestrainedNode;
}

type Outcome = Pick<ControlAnswer, "done" | "code">;

/**
 * One node, which runs WAL streaming until a person lets it go over to Raft. A small file says which of the two it is: whatever
 * crash comes between, one counts, with its data whole.
 *
 * The ways lead in one direction: frozen, sealed, converted. Each is durable before it is told.
 */
export class UpgradableNode implements TopologyNode {
  private readonly host: Host;
  private readonly config: ClusterConfig;
  private readonly modes: UpgradeModes;
  private readonly parts: UpgradeParts;
  private readonly file: ProtocolFile;
  private readonly conversion: Conversion;
  private readonly nodes: readonly string[];
  private readonly caller: ControlCaller;
  private readonly restraint: Restraint = { frozen: false, sealedBy: undefined };
  private readonly steps = new Mutex();
  private streaming: Streaming | undefined;
  private raft: RaftNode | undefined;
  /** What Raft's data was made of in this incarnation, whole. */
  private made: Foundation | undefined;
  private failed = false;

  constructor(host: Host, config: ClusterConfig, modes: UpgradeModes, parts: UpgradeParts = defaultUpgradeParts) {
    this.host = host;
    this.config = config;
    this.modes = modes;
    this.parts = parts;
    this.file = new parts.ProtocolFile(host.fs("local"), HOME.path);
    const settings = raftSettingsOf(config, modes.raft);
    this.conversion = new parts.Conversion({ host, config, settings, parts: parts.raft });
    this.nodes = nodeNames(config);
    this.caller = new ControlCaller(host);
  }

  async run(): Promise<void> {
    const { host } = this;
    const control = this.serveControl();
    await this.begin();
    host.spawn("watch the others", () => this.watchOthers());
    while (!host.stop.requested && !this.failed) {
      const current = this.file.current as NodeProtocol;
      if (current.protocol === "raft") await this.runRaft(current.begunWith);
      else await this.runStreaming(current);
    }
    await host.stop.whenRequested;
    control.close();
  }

  inspect(): NodeState {
    if (this.failed) return { ready: false, role: "none", fields: { failed: true } };
    const { raft, streaming } = this;
    const program = raft ?? streaming?.node;
    if (program === undefined) return { ready: false, role: "none", fields: {} };
    const state = program.inspect();
    const protocol = raft === undefined ? "wal-stream" : "raft";
    return { ...state, fields: { ...state.fields, protocol, frozen: this.restraint.frozen } };
  }

  /** Finds out what it runs. */
  private async begin(): Promise<void> {
    const { host } = this;
    while (!host.stop.requested) {
      try {
        await HOME.make(host.fs("local"));
        if ((await this.file.load()) === undefined) {
          const found = await this.whatOthersRun();
          if (found === undefined) return;
          await this.file.replace(found);
        }
        return;
      } catch (error) {
        if (!isStorageError(error)) throw error;
        if (!isFullDisk(error)) {
          this.failed = true;
          host.trace({ kind: "node-failed", reason: (error as Error).message });
          return;
        }
      }
      await host.clock.sleep(RETRY);
    }
  }

  /**
   * An empty disk is that of a new cluster only when every other one is empty too; else it was lost, and the node is what the
   * others are. It must be frozen when they are: what it took as a primary would come behind what the others have agreed to carry
   * over.
   */
  private async whatOthersRun(): Promise<NodeProtocol | undefined> {
    const { host, nodes, caller } = this;
    const peers = nodes.filter((name) => name !== host.name);
    while (!host.stop.requested) {
      const others = await caller.standings(peers);
      const begunWith = decided(others);
      if (begunWith !== undefined) return { protocol: "raft", begunWith };
      const streaming = others.filter(({ protocol }) => protocol === "wal-stream");
      if (streaming.length > 0 || others.length === peers.length) {
        return { protocol: "wal-stream", frozen: streaming.some(({ frozen }) => frozen), sealed: undefined };
      }
      await host.clock.sleep(RETRY);
    }
    return undefined;
  }

  private async runStreaming({ frozen, sealed }: Extract<NodeProtocol, { protocol: "wal-stream" }>): Promise<void> {
    const { config, modes, parts, restraint } = this;
    const host = new ProgramHost(this.host);
    restraint.frozen = frozen;
    restraint.sealedBy = sealed === undefined ? undefined : SEALER;
    const node = new RestrainedNode(host, config, modes.stream, parts.walStream, restraint);
    this.streaming = { host, node };
    await node.run();
    this.streaming = undefined;
  }

  private async runRaft(begunWith: Foundation): Promise<void> {
    const { host, config, modes, parts, restraint } = this;
    restraint.frozen = false;
    const raft = new parts.RaftMember(host, config, modes.raft, parts.raft, historyBehind(begunWith));
    this.raft = raft;
    host.spawn("remove what was streamed", () => this.removeStreamed());
    await raft.run();
  }

  /** Only now: until the file named Raft, durably, this was the data. */
  private async removeStreamed(): Promise<void> {
    const fs = this.host.fs("local");
    try {
      if (!(await fs.readdir("/")).includes(STREAM.path.slice(1))) return;
      await STREAM.removeUnused(fs, 0);
      await removeDirectory(fs, STREAM.path);
    } catch (error) {
      if (!isStorageError(error)) throw error;
      this.host.trace({ kind: "old-data-kept", reason: (error as Error).message });
    }
  }

  private serveControl(): Service {
    const protocol = new ControlProtocol();
    return this.host.net.serve(CONTROL_PORT, async (bytes) => {
      const request = protocol.decodeRequest(bytes);
      if (request?.ask === "status") return protocol.encode(this.standing());
      const outcome = request === undefined ? refused("bad-request") : await this.carryOut(request);
      return protocol.encode({ ...outcome, standing: this.standing() });
    });
  }

  private standing(): Standing {
    const { host, file, raft, streaming } = this;
    const { current } = file;
    const node = host.name;
    if (current === undefined) {
      return { node, protocol: "undecided", frozen: false, foundation: undefined, leads: false, stream: undefined };
    }
    if (current.protocol === "raft") {
      const { role, ready } = raft?.inspect() ?? { role: "none", ready: false };
      const leads = role === "leader" && ready;
      return { node, protocol: "raft", frozen: false, foundation: current.begunWith, leads, stream: undefined };
    }
    const { frozen, sealed } = current;
    const status = streaming?.node.status();
    const leads = status?.role === "primary" && status.serving;
    const stream = streaming === undefined ? undefined : streamStanding(streaming.node);
    return { node, protocol: "wal-stream", frozen, foundation: sealed, leads, stream };
  }

  /** One step at a time; what a disk is at fault for is refused, and may be asked for again. */
  private carryOut(request: Exclude<ControlRequest, { readonly ask: "status" }>): Promise<Outcome> {
    return this.steps.run(async () => {
      try {
        switch (request.ask) {
          case "freeze":
            return await this.freeze();
          case "seal":
            return await this.seal(request.foundation);
          case "convert":
            return await this.convert(request.foundation, request.decided);
        }
      } catch (error) {
        if (!isDiskError(error) && !(error instanceof ConversionError)) throw error;
        this.host.trace({ kind: "step-failed", step: request.ask, reason: (error as Error).message });
        return refused("disk-failed");
      }
    });
  }

  private async freeze(): Promise<Outcome> {
    const { file, restraint } = this;
    const { current } = file;
    if (current === undefined) return refused("undecided");
    if (current.protocol === "raft" || current.frozen) return DONE;
    // Before the file says so: a change that came between would follow what all are found to hold.
    restraint.frozen = true;
    try {
      // Durable before it is told, for the same reason: after a crash it would take changes again.
      await file.replace({ ...current, frozen: true });
    } catch (error) {
      // Nobody is told that it is, so nobody would come back to see it through.
      restraint.frozen = false;
      throw error;
    }
    this.host.trace({ kind: "node-frozen" });
    return DONE;
  }

  private async seal(foundation: Foundation): Promise<Outcome> {
    const { file, restraint, streaming, nodes, host } = this;
    const { current } = file;
    if (current === undefined) return refused("undecided");
    const bound = current.protocol === "raft" ? current.begunWith : current.sealed;
    if (bound !== undefined) return sameFoundation(bound, foundation) ? DONE : refused("sealed-otherwise");
    if (current.protocol === "raft" || !current.frozen) return refused("not-frozen");
    if (streaming === undefined || streaming.node.status().role === "none") return refused("not-ready");
    if (!this.isFounder(streaming, foundation)) return refused("not-level");
    restraint.sealedBy = SEALER;
    const { promised, epoch } = streaming.node.status();
    const round = nextRound(Math.max(promised, epoch), nodes.length);
    // Ends what it is: no read is answered as a primary's from now on, and nothing is appended to its log.
    const promise = await this.inTime(streaming.node.promise(round, SEALER));
    const isBound = promise?.done === true;
    if (!isBound || !this.isFounder(streaming, foundation)) {
      restraint.sealedBy = undefined;
      return refused(isBound ? "not-level" : "not-ready");
    }
    try {
      // Durable before it is told: what the others do rests on its log staying as it is, and on nobody leading it.
      await file.replace({ ...current, sealed: foundation });
    } catch (error) {
      restraint.sealedBy = undefined;
      throw error;
    }
    host.trace({ kind: "node-sealed", epoch: foundation.last.epoch, lsn: foundation.last.lsn });
    return DONE;
  }

  private async convert(foundation: Foundation, isDecided: boolean): Promise<Outcome> {
    const { file, host } = this;
    const { current } = file;
    if (current === undefined) return refused("undecided");
    if (current.protocol === "raft") {
      return sameFoundation(current.begunWith, foundation) ? DONE : refused("begun-otherwise");
    }
    const sealed = await this.sealedFor(foundation, isDecided);
    if (!sealed.done && !(isDecided && sealed.code === "not-level")) return sealed;
    const { streaming } = this;
    if (streaming === undefined) return refused("not-ready");
    if (!sealed.done) await this.conversion.clear();
    else if (this.made === undefined || !sameFoundation(this.made, foundation)) {
      const { copy } = streaming.node;
      if (copy === undefined) return refused("not-ready");
      await this.conversion.run(copy, foundation, streaming.node.status().promised);
      // Not again in this incarnation: should the file below be replaced, and that not be known, it is in use after the next crash.
      this.made = foundation;
    }
    // The one moment from which on Raft's data counts. Durable before it runs: a voter that forgets that it is one votes twice.
    await file.replace({ protocol: "raft", begunWith: foundation });
    const { epoch, lsn } = foundation.last;
    host.trace({ kind: "protocol-changed", epoch, lsn, joins: !sealed.done });
    if (sealed.done) host.trace({ kind: "epoch-began", epoch: historyBehind(foundation).last, after: lsn });
    streaming.host.end();
    return DONE;
  }

  /** Whether it is bound to a foundation, or can be; "not-level" when its data is not that, and never will be. */
  private async sealedFor(foundation: Foundation, isDecided: boolean): Promise<Outcome> {
    const { current } = this.file;
    if (current?.protocol !== "wal-stream") return refused("undecided");
    if (current.sealed !== undefined) {
      if (sameFoundation(current.sealed, foundation)) return DONE;
      return refused(isDecided ? "not-level" : "sealed-otherwise");
    }
    if (!isDecided) return refused("not-sealed");
    await this.freeze();
    return this.seal(foundation);
  }

  /** Whether its data is on the very copy that was found level, and its log ends there. */
  private isFounder({ node }: Streaming, { last, copies }: Foundation): boolean {
    const { copy, context } = node;
    const own = context.metadata.current?.copy;
    return (
      copy !== undefined && own === copies[this.nodes.indexOf(this.host.name)] && samePosition(copy.log.last, last)
    );
  }

  /** Whoever missed the steps, being down or cut off, follows those who have gone over. */
  private async watchOthers(): Promise<void> {
    const { host, file, nodes, caller } = this;
    const peers = nodes.filter((name) => name !== host.name);
    while (!host.stop.requested) {
      await host.clock.sleep(WATCH);
      const { current } = file;
      if (current?.protocol === "raft") return;
      const isEmpty = this.streaming?.node.status().cluster === 0;
      if (current === undefined || (!current.frozen && !isEmpty)) continue;
      const foundation = decided(await caller.standings(peers));
      if (foundation !== undefined) await this.carryOut({ ask: "convert", foundation, decided: true });
    }
  }

  /** @returns undefined when it does not come in time: a node whose disk has failed never answers */
  private inTime<T>(promise: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const timer = this.host.clock.timer(PATIENCE, () => resolve(undefined));
      promise.then((value) => {
        timer.cancel();
        resolve(value);
      }, reject);
    });
  }
}

const DONE: Outcome = { done: true, code: "" };

function refused(code: string): Outcome {
  return { done: false, code };
}

/** What Raft has begun with, as soon as it has on one node. */
export function decided(standings: readonly Standing[]): Foundation | undefined {
  return standings.find(({ protocol }) => protocol === "raft")?.foundation;
}

function streamStanding(node: RestrainedNode): StreamStanding {
  const { cluster, epoch, promised, lastEpoch, lastLsn, whole, copying } = node.status();
  const { copy, history } = node;
  return {
    cluster,
    copy: copy === undefined ? 0 : (node.context.metadata.current?.copy ?? 0),
    epoch,
    promised,
    lastEpoch,
    lastLsn,
    applied: copy?.store.applied.lsn ?? 0,
    digest: copy?.digest ?? "",
    whole: whole && !copying,
    epochs: history.starts,
  };
}
