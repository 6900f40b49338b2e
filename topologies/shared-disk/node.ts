import { DatabaseLockedError } from "../../engine/index.ts";
import { isFileSystemError } from "../../host/file-system-error.ts";
import { MILLISECOND, SECOND, type Duration } from "../../host/time.ts";
import type { ClientOperation } from "../operation.ts";
import { ProtocolError, type ClientReply, type RequestTerms } from "../protocol.ts";
import { refusalOf } from "../refusal.ts";
import { NOT_PRIMARY } from "../routed-client.ts";
import { serveClients } from "../serve.ts";
import type { NodeState, TopologyNode } from "../topology.ts";
import { ClaimError, type EpochClaim } from "./epoch-claims.ts";
import { DeposedError, reservationOf } from "./fence.ts";
import { ExclusiveReplica } from "./exclusive-replica.ts";
import type { NodeContext } from "./node-context.ts";
import { Signal, type NodeRole } from "./node-role.ts";
import { Notices } from "./notices.ts";
import { PEER_PORT, type NodeStatus, type PeerReply, type PeerRequest } from "./peer-protocol.ts";
import { Primary } from "./primary.ts";
import { Replica } from "./replica.ts";
import { beginEpoch, OvertakenError } from "./succession.ts";

/** Before a role that could not be taken up is tried again. */
const PAUSE: Duration = 200 * MILLISECOND;
/** How long a node that is to be promoted waits for the disk. */
const DISK_PATIENCE: Duration = 2 * SECOND;
/** How long it may take from then until it is the primary. */
const PROMOTION_PATIENCE: Duration = 20 * SECOND;

/** A role as primary that a person wants for a node. */
interface Promotion {
  /** The epoch to work in, with epochs. */
  readonly claim: EpochClaim | undefined;
  /** Tells the person what came of it. */
  readonly tell: (reply: PeerReply) => void;
}

/** A node of the shared disk: the primary or a replica, and, where a mode has that, one after the other. */
export class SharedDiskNode implements TopologyNode {
  protected readonly context: NodeContext;
  private role: NodeRole | undefined;
  private notices: Notices | undefined;
  private promotion: Promotion | undefined;
  private promoting = false;
  private onPromotion: () => void = () => undefined;

  constructor(context: NodeContext) {
    this.context = context;
  }

  async run(): Promise<void> {
    const { host, switches } = this.context;
    if (switches.notices) this.notices = new Notices(this.context);
    if (!switches.epochs && !switches.promotion && !switches.reservation) {
      await this.keepRole(this.context.first ? new Primary(this.context, this.notices, undefined) : this.makeReplica());
      return;
    }
    this.servePeers();
    host.spawn("roles", () => this.changeRoles());
    await serveClients(host, (operation, terms) => this.answer(operation, terms));
    await this.role?.close();
  }

  inspect(): NodeState {
    const state = this.role?.state() ?? { ready: false, role: "none", fields: {} };
    const { context } = this;
    return context.switches["two-groups"] ? { ...state, fields: { ...state.fields, group: context.directory } } : state;
  }

  protected makeReplica(): NodeRole {
    const { context, notices } = this;
    return context.switches["exclusive-open"] ? new ExclusiveReplica(context) : new Replica(context, notices);
  }

  /** For modes in which nobody's role ever changes. */
  private async keepRole(role: NodeRole): Promise<void> {
    const { host, switches } = this.context;
    this.role = role;
    await role.open();
    host.trace({ kind: "node-ready" });
    if (switches.leases) this.servePeers();
    await serveClients(host, (operation, terms) => role.answer(operation, terms));
    await role.close();
  }

  private async changeRoles(): Promise<void> {
    const { host } = this.context;
    while (!host.stop.requested) {
      try {
        await this.takeRole(await this.nextRole());
      } catch (error) {
        const reason = explain(error);
        if (reason === undefined) throw error;
        host.trace({ kind: "role-failed", reason });
        await host.clock.sleep(PAUSE);
      }
    }
  }

  /** What the node is to be next. */
  protected async nextRole(): Promise<NodeRole> {
    const { context, notices, promotion } = this;
    if (promotion !== undefined) return new Primary(context, notices, promotion.claim);
    if (!context.switches.epochs) {
      const own = context.switches.reservation ? await this.mayReserve() : this.context.first;
      return own ? new Primary(context, notices, undefined) : this.makeReplica();
    }
    const newest = await context.claims.newest();
    const own =
      newest === undefined ? this.context.first : newest.owner === context.host.name && newest.sealedBy === undefined;
    // Every life of a primary has an epoch of its own: what the one before still has under way can do this one no harm.
    return own ? new Primary(context, notices, await beginEpoch(context)) : this.makeReplica();
  }

  /** Whether the reservation is this node's already, or nobody's and its to take. */
  private async mayReserve(): Promise<boolean> {
    const { holder } = await reservationOf(this.context.fs);
    return holder === undefined ? this.context.first : holder === this.context.host.name;
  }

  /** Has a role until it comes to its end, or a person wants another for this node. */
  private async takeRole(role: NodeRole): Promise<void> {
    const { host } = this.context;
    const { promotion } = this;
    this.role = role;
    const wanted = new Signal();
    this.onPromotion = () => wanted.raise();
    try {
      const opened = role.open().then(() => true);
      // What it waits for may never come: an epoch whose claimant is gone before it was ready.
      if ((await Promise.race([opened, wanted.promise])) === true) {
        this.announceRole(role, promotion);
        await Promise.race([role.ended, wanted.promise, host.stop.whenRequested]);
      } else {
        opened.catch(() => undefined);
      }
    } catch (error) {
      if (promotion !== undefined) this.promotion = undefined;
      const locked = error instanceof DatabaseLockedError;
      promotion?.tell(refused(locked ? "locked" : "promotion-failed", explain(error) ?? "the node crashes"));
      this.leave(role);
      // Somebody else writes: there is something to be read.
      if (locked && promotion === undefined) return this.takeRole(this.makeReplica());
      throw error;
    }
    if (!host.stop.requested) this.leave(role);
  }

  private announceRole(role: NodeRole, promotion: Promotion | undefined): void {
    this.context.host.trace({ kind: "node-ready", role: role.state().role });
    if (promotion === undefined) return;
    this.promotion = undefined;
    promotion.tell({ kind: "done" });
  }

  /** Its closing goes on beside all else: a disk that does not answer must not keep the node from its next role. */
  private leave(role: NodeRole): void {
    this.role = undefined;
    this.context.host.spawn("close-role", () => role.close());
  }

  private async answer(operation: ClientOperation, terms: RequestTerms): Promise<ClientReply> {
    const { role } = this;
    if (role !== undefined && role.state().role !== "none") return role.answer(operation, terms);
    return { ok: false, outcome: "failed", code: NOT_PRIMARY, message: `${this.context.host.name} has no role now` };
  }

  private servePeers(): void {
    const { host, protocol } = this.context;
    const service = host.net.serve(PEER_PORT, async (bytes) => {
      let request: PeerRequest;
      try {
        request = protocol.decodeRequest(bytes);
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        return protocol.encode({ kind: "refused", code: "bad-request", message: error.message });
      }
      return protocol.encode(await this.answerPeer(request));
    });
    host.spawn("stop-peers", async () => {
      await host.stop.whenRequested;
      service.close();
    });
  }

  private async answerPeer(request: PeerRequest): Promise<PeerReply> {
    const { host } = this.context;
    switch (request.kind) {
      case "status":
        return { kind: "status", status: this.status() };
      case "promote":
        return this.promote();
      case "pin":
        return this.role === undefined
          ? { kind: "refused", code: NOT_PRIMARY, message: `${host.name} has no role now` }
          : this.role.answerPeer(request);
    }
  }

  private status(): NodeStatus {
    const { role, ready, fields } = this.inspect();
    const epoch = fields["epoch"];
    return {
      role: role === "primary" || role === "replica" ? role : "none",
      ready,
      epoch: typeof epoch === "number" ? epoch : 0,
    };
  }

  /** Makes this replica the primary, as a person wishes it. */
  private async promote(): Promise<PeerReply> {
    const { context } = this;
    const { host, switches } = context;
    const { role } = this.inspect();
    if (!switches.promotion)
      return refused("no-promotion", "this mode has no promotion: it is the same primary for ever");
    if (role === "primary") return refused("already-primary", `${host.name} is the primary`);
    if (this.promoting) return refused("promotion-under-way", `${host.name} is being promoted already`);
    this.promoting = true;
    try {
      return await this.promoteNow();
    } finally {
      this.promoting = false;
    }
  }

  /** Whether nobody has made a database yet: who is the first to, is not a person's to say. */
  private async isEmpty(): Promise<boolean> {
    const { switches, claims, fs, directory } = this.context;
    if (switches.epochs) return (await claims.newest()) === undefined;
    try {
      await fs.stat(`${directory}/CURRENT`);
      return false;
    } catch (error) {
      if (isFileSystemError(error, "ENOENT")) return true;
      throw error;
    }
  }

  private async promoteNow(): Promise<PeerReply> {
    const { context } = this;
    const { host, fs, switches } = context;
    try {
      const looked = await Promise.race([fs.statfs().then(() => true), host.clock.sleep(DISK_PATIENCE)]);
      if (looked !== true) return refused("disk-unreachable", `${host.name} gets no answer from the disk`);
      if (await this.isEmpty())
        return refused("no-database", "there is no database on the disk that it could carry on");
      host.trace({ kind: "promotion-began" });
      const claim = switches.epochs ? await beginEpoch(context) : undefined;
      const told = new Promise<PeerReply>((tell) => {
        this.promotion = { claim, tell };
      });
      this.onPromotion();
      const reply = await Promise.race([told, host.clock.sleep(PROMOTION_PATIENCE)]);
      return reply ?? refused("not-in-time", `${host.name} is not the primary yet; look again later`);
    } catch (error) {
      const reason = explain(error);
      if (reason === undefined) throw error;
      return refused("promotion-failed", reason);
    }
  }
}

/** Why a role could not be taken up, where the node's surroundings are at fault; undefined for any other error. */
function explain(error: unknown): string | undefined {
  if (error instanceof DeposedError || error instanceof OvertakenError || error instanceof ClaimError)
    return error.message;
  return refusalOf(error, "the database")?.message;
}

function refused(code: string, message: string): PeerReply {
  return { kind: "refused", code, message };
}
