import tychei from "seedrandom/lib/tychei.js";
import { RandomStream } from "../host/random.ts";
import type { Fingerprint } from "./fingerprint.ts";

/** A stream drawn from its name alone: the same name gives the same draws, whatever else is drawn. */
export class NamedStream extends RandomStream {
  private readonly generator: { int32(): number };

  constructor(name: string) {
    super();
    this.generator = tychei(name);
  }

  uint32(): number {
    return this.generator.int32() >>> 0;
  }
}

/**
 * A stream that a node draws from: the fingerprint covers its draws, and what a dead incarnation still draws in its last
 * synchronous stretch is 0 and leaves no mark.
 */
export class NodeStream extends NamedStream {
  private readonly fingerprint: Fingerprint;
  private readonly life: { readonly alive: boolean };

  constructor(name: string, fingerprint: Fingerprint, life: { readonly alive: boolean }) {
    super(name);
    this.fingerprint = fingerprint;
    this.life = life;
  }

  override uint32(): number {
    if (!this.life.alive) return 0;
    const draw = super.uint32();
    this.fingerprint.mix(draw);
    return draw;
  }
}
