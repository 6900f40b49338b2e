import type { DropCause } from "./link-counters.ts";
import type { PacketKind } from "./packet.ts";

/** What the simulated network reports of itself, on the host where it happened. */
export type NetworkTraceEvent =
  | {
      readonly kind: "message-sent" | "message-held" | "message-delivered";
      readonly from: string;
      readonly to: string;
      readonly packet: PacketKind;
      /** The same in all events of one transmission. */
      readonly number: number;
      readonly bytes: number;
    }
  | {
      readonly kind: "message-dropped";
      readonly from: string;
      readonly to: string;
      readonly packet: PacketKind;
      readonly number: number;
      readonly bytes: number;
      readonly cause: DropCause;
    }
  | {
      readonly kind: "connection-opened" | "connection-closed" | "connection-reset" | "connection-timed-out";
      readonly local: string;
      readonly peer: string;
    }
  | {
      readonly kind: "connection-refused" | "connection-unanswered";
      readonly local: string;
      readonly peer: string;
    };
