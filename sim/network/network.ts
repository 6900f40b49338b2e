import type { LocalHost } from "../../host/host.ts";
import type { Network } from "../../host/network.ts";
import type { NetworkDevice, PacketCarrier, Wait } from "../device.ts";
import { EventKind } from "../event-kind.ts";
import type { EndOfLife, Incarnation } from "../incarnation.ts";
import type { Kernel } from "../kernel.ts";
import { checkConnectionOptions, defaultConnectionOptions, type ConnectionOptions } from "./connection-options.ts";
import { Fabric } from "./fabric.ts";
import { HostStack } from "./host-stack.ts";
import type { Link } from "./link.ts";
import type { LinkCounters } from "./link-counters.ts";
import type { LinkSelector } from "./link-selector.ts";
import { NodeNetwork } from "./node-network.ts";
import { Packet, SEGMENT_HEADER } from "./packet.ts";
import { networkProfiles, type LinkProfile, type NetworkProfileName } from "./profile.ts";
import type { Guard, Rule } from "./rule.ts";

export interface NetworkOptions {
  /** Of every link. Default "rack". */
  readonly profile?: NetworkProfileName | LinkProfile;
  readonly connections?: Partial<ConnectionOptions>;
  /** Bytes per second that one host can send in all, over all its links. Default 1.25e9, which is 10 Gbit/s. */
  readonly hostBandwidth?: number;
  /** Bytes of datagrams that wait in a socket to be received; what comes beyond is dropped. Default 256 KiB. */
  readonly datagramBuffer?: number;
}

/**
 * The network between simulated machines. Whether and when a packet arrives is decided when it is sent: by clogs, which
 * hold it; by the chain of rules; then by its link. Packets under way arrive whatever befalls the network after.
 */
export class SimulatedNetwork implements NetworkDevice, PacketCarrier {
  private readonly fabric: Fabric;
  private readonly options: ConnectionOptions;
  private readonly datagramBuffer: number;
  private readonly stacks = new Map<string, HostStack>();

  constructor(kernel: Kernel, options: NetworkOptions = {}) {
    const profile = options.profile ?? "rack";
    this.fabric = new Fabric(
      kernel,
      typeof profile === "string" ? networkProfiles[profile] : profile,
      options.hostBandwidth ?? 1_250_000_000,
    );
    this.options = checkConnectionOptions({ ...defaultConnectionOptions, ...options.connections });
    this.datagramBuffer = options.datagramBuffer ?? 256 * 1024;
  }

  attach(incarnation: Incarnation, node: LocalHost): Network {
    const name = incarnation.host;
    let stack = this.stacks.get(name);
    if (stack === undefined) {
      const find = (host: string): HostStack | undefined => this.stacks.get(host);
      stack = new HostStack(name, this.fabric, this.options, this.datagramBuffer, find);
      this.stacks.set(name, stack);
    }
    stack.powered = true;
    return new NodeNetwork(stack, incarnation, node);
  }

  ended(incarnation: Incarnation, how: EndOfLife): void {
    this.stacks.get(incarnation.host)?.ended(incarnation, how);
  }

  /** A machine lost its power, also one whose node had ended before; it is silent until its next incarnation. */
  powerLost(host: string): void {
    this.stacks.get(host)?.powerLost();
  }

  waits(): Wait[] {
    return [...this.stacks.values()].flatMap((stack) => stack.waits());
  }

  carry(from: string, to: string, bytes: number, arrive: () => void): void {
    const link = this.fabric.link(from, to);
    link.transmit(new RawPacket(link, bytes, arrive));
  }

  /** Adds a rule behind those that stand; it decides packets until its guard is removed. */
  addRule(rule: Rule): Guard {
    return this.fabric.rules.add(rule);
  }

  /**
   * Holds all packets of the selected links until the guard is removed; then they go on their way in the order in which
   * they were sent, decided anew. Clogs add up: a link is free when its last one is removed.
   */
  clog(links: LinkSelector): Guard {
    return this.fabric.clog(links);
  }

  /**
   * Changes properties of the selected links (loss, duplication, reordering, latency, bandwidth...) until the guard is
   * removed; of several changes to one property the latest counts.
   *
   * @throws RangeError naming a property that is out of range
   */
  override(links: LinkSelector, changes: Partial<LinkProfile>): Guard {
    return this.fabric.override(links, changes);
  }

  /**
   * Resets the connections between two hosts, as a firewall that lost its state does: both ends see ECONNRESET.
   *
   * @param to when undefined, all connections of `host`
   * @returns how many there were
   */
  resetConnections(host: string, to?: string): number {
    const stack = this.stacks.get(host);
    if (stack === undefined) return 0;
    const found = [...stack.connections].filter((end) => end.isOpen && (to === undefined || end.peer.host === to));
    for (const end of found) {
      end.other.peerReset();
      end.peerReset();
    }
    return found.length;
  }

  /** What the selected links carried; all by default. A snapshot, counted from the run's beginning. */
  counters(links: LinkSelector = {}): LinkCounters {
    return this.fabric.count(links);
  }
}

/** Bytes that a device sends to another machine's device, as a segment of some connection that is not modelled. */
class RawPacket extends Packet {
  private readonly arrive: () => void;

  constructor(link: Link, bytes: number, arrive: () => void) {
    super(link, "raw", bytes + SEGMENT_HEADER, EventKind.NET_PACKET);
    this.arrive = arrive;
  }

  override fire(): void {
    this.link.delivered(this);
    this.arrive();
  }
}
