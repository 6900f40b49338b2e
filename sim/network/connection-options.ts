import { MILLISECOND, SECOND, type Duration } from "../../host/time.ts";

/** How connections behave: the knobs of a TCP stack that a design can notice. */
export interface ConnectionOptions {
  /** Bytes that a node may send ahead of the receiver's window before send() makes it wait. Default 256 KiB. */
  readonly sendBuffer: number;
  /** Bytes that may be under way to, or unread by, the receiving node. Default 1 MiB. */
  readonly receiveWindow: number;
  /**
   * The least wait before an unanswered segment is sent again; twice the round trip on slower links; doubled with each
   * retransmission. Default 200 ms, as Linux.
   */
  readonly minimumRetransmission: Duration;
  /** The same for the first packet of a connection attempt. Default 1 s (RFC 6298). */
  readonly initialRetransmission: Duration;
  /** How often a connection attempt is repeated: at 1, 3 and 7 s; given up at 15 s. Default 3. */
  readonly attempts: number;
  /** How long a peer may leave segments unanswered before the connection fails with ETIMEDOUT. Default 15 s. */
  readonly timeout: Duration;
  /** Connections that may wait to be accepted; further attempts go unanswered. Default 128. */
  readonly backlog: number;
}

export const defaultConnectionOptions: ConnectionOptions = Object.freeze({
  sendBuffer: 256 * 1024,
  receiveWindow: 1024 * 1024,
  minimumRetransmission: 200 * MILLISECOND,
  initialRetransmission: 1 * SECOND,
  attempts: 3,
  timeout: 15 * SECOND,
  backlog: 128,
});

/** @throws RangeError naming the option that is out of range */
export function checkConnectionOptions(options: ConnectionOptions): ConnectionOptions {
  for (const [name, value] of Object.entries(options) as [keyof ConnectionOptions, number][]) {
    const least = name === "attempts" ? 0 : 1;
    if (!Number.isSafeInteger(value) || value < least) {
      throw new RangeError(`connection option ${name} must be whole and at least ${least}, got ${value}`);
    }
  }
  return options;
}
