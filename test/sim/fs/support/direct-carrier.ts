import type { PacketCarrier } from "../../../../sim/device.ts";
import { EventKind } from "../../../../sim/event-kind.ts";
import type { Kernel } from "../../../../sim/kernel.ts";

/** What becomes of a packet: how many copies arrive. */
export type PacketRule = (from: string, to: string, packet: number) => number;

/** Carries packets at a fixed latency, as many copies of each as a rule says. */
export class DirectCarrier implements PacketCarrier {
  rule: PacketRule = () => 1;
  packets = 0;
  bytes = 0;
  private readonly kernel: Kernel;
  private readonly latency: number;

  constructor(kernel: Kernel, latency = 100_000) {
    this.kernel = kernel;
    this.latency = latency;
  }

  carry(from: string, to: string, bytes: number, arrive: () => void): void {
    this.bytes += bytes;
    const copies = this.rule(from, to, this.packets++);
    for (let copy = 1; copy <= copies; copy++) {
      this.kernel.complete(this.latency * copy, EventKind.NET_PACKET, undefined, { fire: arrive });
    }
  }
}
