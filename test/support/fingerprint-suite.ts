import type { Drain } from "../../host/drain.ts";

/**
 * Fingerprints of runs that turn events with chains of awaits of any depth, whose order a drain must keep: each event
 * mixes into the fingerprint at its beginning and at its end.
 */
export async function fingerprints(drain: Drain, seeds: number): Promise<string[]> {
  const found: string[] = [];
  for (let seed = 0; seed < seeds; seed++) found.push(await fingerprint(drain, seed));
  return found;
}

async function fingerprint(drain: Drain, seed: number): Promise<string> {
  let state = (seed + 1) | 0;
  const draw = (bound: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) % bound;
  };
  let hash = 0x811c9dc5;
  const mix = (value: number): void => {
    hash = Math.imul(hash ^ value, 0x01000193);
  };
  const event = async (number: number): Promise<void> => {
    mix(number);
    for (let hop = draw(12); hop > 0; hop--) await undefined;
    mix(draw(1000));
    if (draw(20) === 0) await Promise.all([event(number + 0x10000), event(number + 0x20000)]);
    mix(~number);
  };
  let turned = 0;
  await drain.run(
    () => {
      void event(turned);
      return ++turned < 2000;
    },
    {
      batch: 256,
      onBatch: () => undefined,
      onUnhandledRejection: (reason) => {
        throw reason;
      },
    },
  );
  return (hash >>> 0).toString(16).padStart(8, "0");
}
