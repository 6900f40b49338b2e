import { RandomStream } from "../../../../../host/random.ts";

/** Draws from a seed (mulberry32): quick to make, one for each node. */
export class SeededStream extends RandomStream {
  private state: number;

  constructor(seed: number) {
    super();
    this.state = seed >>> 0;
  }

  uint32(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
}
