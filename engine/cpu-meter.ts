import type { LocalHost } from "../host/host.ts";
import type { Pending } from "./maybe-promise.ts";

/**
 * Work is paid for in lumps of at least this many nanoseconds: an await an operation would cost more than the
 * operation.
 */
const LUMP = 50_000;

/** Adds up the processor time that the engine's work takes, and charges it to the host. */
export class CpuMeter {
  private readonly host: LocalHost;
  private owed = 0;

  constructor(host: LocalHost) {
    this.host = host;
  }

  /** Notes work done, in nanoseconds. */
  charge(nanoseconds: number): void {
    this.owed += nanoseconds;
  }

  /** Whether it is time to {@link pay}. */
  get due(): boolean {
    return this.owed >= LUMP;
  }

  /**
   * Charges the host for the work noted, if it has become a lump; returns nothing when there is nothing to wait for.
   */
  pay(): Pending {
    if (this.owed < LUMP) return undefined;
    const whole = Math.floor(this.owed);
    this.owed -= whole;
    return this.host.cpu(whole);
  }
}
