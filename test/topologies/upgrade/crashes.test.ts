import fc from "fast-check";
import { expect, test } from "vitest";
import { asyncToRaft, semiToRaft } from "../../../topologies/upgrade/wal-stream-to-raft.ts";
import { UpgradeStory } from "./support/upgrade-story.ts";

/** By then the last node has gone over, when nothing fails. */
const LONGEST = 90;

const crash = fc.record({
  node: fc.constantFrom("node-1", "node-2", "node-3"),
  /** Eighths of a millisecond from the first step on. */
  at: fc.integer({ min: 0, max: 8 * LONGEST }),
  how: fc.constantFrom("kill" as const, "powerLoss" as const),
  /** Milliseconds. */
  away: fc.integer({ min: 0, max: 400 }),
});

test("whoever is lost at whatever moment, the upgrade is run again, and all that was acknowledged is there", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(asyncToRaft, semiToRaft),
      fc.array(crash, { minLength: 1, maxLength: 3 }),
      async (topology, crashes) => {
        await new UpgradeStory(topology).tell(async (story) => {
          for (const key of ["a", "b", "c"]) expect(await story.write(key, `${key}1`)).toMatch(/^ok/);
          await story.level();
          const first = story.operate("upgrade-to-raft", "node-1");
          await Promise.all(
            crashes.map(async ({ node, at, how, away }) => {
              await story.sleep(at / 8);
              if (story.state(node) === undefined) return;
              story.machine(node)[how]();
              await story.sleep(away);
              story.machine(node).restart();
            }),
          );
          await first;
          for (let again = 0; (await story.operate("upgrade-to-raft", "node-1")) !== "done"; again++) {
            expect(again).toBeLessThan(20);
            await story.sleep(200);
          }
          await story.agree();
          for (const key of ["a", "b", "c"]) {
            const { value } = (await story.request("node-2", { op: "read", key }, {})) as { value?: unknown };
            expect(value).toBe(`${key}1`);
          }
          // What was streamed is removed by whoever lives long enough.
          const removed = (): Set<string> =>
            new Set(
              story
                .events("directory-removed")
                .flatMap(({ host, data }) => (data["path"] === "/wal-stream" ? [host] : [])),
            );
          await story.until(() => removed().size === 3);
        });
      },
    ),
    { numRuns: 40 },
  );
});
