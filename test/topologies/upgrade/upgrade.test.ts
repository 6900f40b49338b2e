import { expect, test } from "vitest";
import { semiToRaft } from "../../../topologies/upgrade/wal-stream-to-raft.ts";
import { UpgradeStory } from "./support/upgrade-story.ts";

test("calm: the data is carried over, and reads go on", async () => {
  const told = await new UpgradeStory(semiToRaft).tell(async (story) => {
    await story.write("k", "a");
    await story.operate("upgrade-to-raft", "node-1");
    await story.write("k", "b");
    await story.read("k");
    await story.read("k", { role: "replica", choice: 1, fresh: "session" });
    await story.agree();
  });
  expect(told).toMatchInlineSnapshot(`
    "  node-1 shows 1
    write k=a: ok at 1/1
    operator: upgrade-to-raft node-1
      node-1 takes no changes any more
      node-2 takes no changes any more
      node-3 takes no changes any more
      node-1 promises epoch 4
      node-1 is bound to begin Raft behind 1/1
      node-2 promises epoch 4
      node-2 is bound to begin Raft behind 1/1
      node-3 promises epoch 4
      node-3 is bound to begin Raft behind 1/1
      node-2 goes over to Raft
      node-2 begins epoch 8191 after 1
      node-3 goes over to Raft
      node-3 begins epoch 8191 after 1
      node-1 goes over to Raft
      node-1 begins epoch 8191 after 1
      node-1 leads
      -> done
    write k=b: ok at 8191/3
    read k: ok "b" at 8191/3
    read k from replica 1, session: ok "b" at 8191/3"
  `);
});
