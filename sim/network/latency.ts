import type { RandomStream } from "../../host/random.ts";
import type { Duration } from "../../host/time.ts";

/**
 * A draw with a tail as long as an exponential distribution's, in whole nanoseconds and without a logarithm: the leading
 * zeros of a uniform word are the whole part of its negative binary logarithm, and the bits behind the first one, read
 * linearly, stand for the fraction. The density halves from each step to the next, as it should; within a step it is level.
 *
 * @param mean of the draws, in nanoseconds, at most 2^31
 * @returns from 0 up to 22 times the mean
 */
export function drawLongTailed(random: RandomStream, mean: Duration): Duration {
  const word = random.uint32();
  const zeros = Math.clz32(word);
  const fraction = zeros >= 31 ? 0 : ((word << (zeros + 1)) >>> 16) & 0xffff;
  const units = zeros * 0x1_0000 + (0x1_0000 - fraction);
  // The mean of zeros is 1 and that of the rest one half.
  return Math.floor((mean * units) / 0x1_8000);
}
