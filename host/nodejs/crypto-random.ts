import { randomFillSync } from "node:crypto";
import { RandomStream } from "../random.ts";

/** Draws fetched from the operating system at a time. */
const BLOCK = 256;

/** Draws from the operating system's generator: unpredictable, and never the same twice. */
export class CryptoRandom extends RandomStream {
  private readonly block = new Uint32Array(BLOCK);
  private used = BLOCK;

  override uint32(): number {
    if (this.used === BLOCK) {
      randomFillSync(this.block);
      this.used = 0;
    }
    return this.block[this.used++] as number;
  }
}
