import fc from "fast-check";
import { type Happening, type Plant, RandomCluster } from "./cluster.ts";

/** How often each thing happens in a run, beside what happens in every run. */
const RARE: readonly Happening["what"][] = ["crash", "restart", "cut", "heal", "transfer", "change", "compact", "read"];

const happeningOf = (what: Happening["what"]): fc.Arbitrary<Happening> =>
  fc.record({ what: fc.constant(what), node: fc.nat(5), seed: fc.nat() });

/** Some things happen often, some seldom, some not at all: what hides one bug shows another. */
const happenings = fc
  .tuple(...RARE.map(() => fc.constantFrom(0, 1, 1, 3)))
  .chain((weights) =>
    fc.array(
      fc.oneof(
        { weight: 8, arbitrary: happeningOf("run") },
        { weight: 4, arbitrary: happeningOf("wait") },
        { weight: 6, arbitrary: happeningOf("propose") },
        ...RARE.map((what, at) => ({ weight: weights[at] as number, arbitrary: happeningOf(what) })),
      ),
      { minLength: 50, maxLength: 200, size: "max" },
    ),
  );

/** What happens to one cluster. */
export const run = fc.record({
  voters: fc.integer({ min: 1, max: 5 }),
  seed: fc.nat(),
  maxAppendEntries: fc.constantFrom(1, 100),
  options: fc.constantFrom(
    {},
    {},
    { leaseDriftPpm: 0 },
    { leaseDriftPpm: 0 },
    { checkQuorum: false },
    { checkQuorum: false, preVote: false },
  ),
  happenings,
});

type Run = typeof run extends fc.Arbitrary<infer T> ? T : never;

/** @throws Violation, RaftSafetyError */
export function play({ voters, seed, maxAppendEntries, options, happenings: all }: Run, plant: Plant): RandomCluster {
  const cluster = new RandomCluster(voters, seed, { ...options, maxAppendEntries }, plant);
  for (const each of all) cluster.happen(each);
  return cluster;
}
