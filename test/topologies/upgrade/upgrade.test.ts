import { expect, test } from "vitest";
import { asyncToRaft, semiToRaft } from "../../../topologies/upgrade/wal-stream-to-raft.ts";
import { UpgradeStory } from "./support/upgrade-story.ts";

test("the data is carried over, and clients go on with their sessions", async () => {
  const told = await new UpgradeStory(semiToRaft).tell(async (story) => {
    await story.write("k", "a");
    const upgrade = story.operate("upgrade-to-raft", "node-1");
    await story.until(() => story.events("node-frozen").length === 3);
    await story.write("k", "b");
    await story.read("k");
    await story.read("k", { role: "replica", choice: 1, fresh: "session" });
    await upgrade;
    await story.read("k", { role: "replica", choice: 1, fresh: "session" });
    await story.write("k", "c");
    await story.read("k");
    await story.agree();
    await story.operate("transfer-leader", "node-3");
    await story.operate("failover", "node-1");
    await story.operate("upgrade-to-raft", "node-1");
  });
  expect(told).toMatchInlineSnapshot(`
    "  node-1 shows 1
    write k=a: ok at 1/1
    operator: upgrade-to-raft node-1
      node-1 takes no changes any more
      node-2 takes no changes any more
      node-3 takes no changes any more
    write k=b: failed: upgrading
    read k: ok "a" at 1/1
    read k from replica 1, session: ok "a" at 1/1
      node-1 promises epoch 4
      node-1 is bound to begin Raft behind 1/1
      node-2 promises epoch 4
      node-2 is bound to begin Raft behind 1/1
      node-3 promises epoch 4
      node-3 is bound to begin Raft behind 1/1
      node-1 goes over to Raft
      node-2 goes over to Raft
      node-3 goes over to Raft
      -> done
    read k from replica 1, session: ok "a" at 8191/2
    write k=c: ok at 8191/3
    read k: ok "c" at 8191/3
    operator: transfer-leader node-3
      -> done
    operator: failover node-1
      -> failed: too-few-nodes
    operator: upgrade-to-raft node-1
      -> done"
  `);
});

test("nothing is begun while a node is missing", async () => {
  const told = await new UpgradeStory(semiToRaft).tell(async (story) => {
    story.machine("node-3").kill();
    await story.operate("upgrade-to-raft", "node-1");
    await story.write("k", "a");
    story.machine("node-3").restart();
    await story.ready();
    await story.operate("upgrade-to-raft", "node-1");
    await story.read("k");
  });
  expect(told).toMatchInlineSnapshot(`
    "operator: upgrade-to-raft node-1
      -> failed: node-missing
      node-1 shows 1
    write k=a: ok at 1/1
      node-1 has node-3 streaming at 1
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
      node-1 goes over to Raft
      node-2 goes over to Raft
      node-3 goes over to Raft
      -> done
    read k: ok "a" at 8191/2"
  `);
});

test("without a primary, another is made one first, so that all come to hold the same", async () => {
  const told = await new UpgradeStory(semiToRaft).tell(async (story) => {
    const cut = story.cut(["node-1", "node-2", "client"], ["node-3"]);
    await story.write("k", "a");
    story.say("node-1 is killed and comes back, cut off until the others have a primary");
    story.machine("node-1").kill();
    cut.remove();
    await story.operate("promote", "node-2");
    story.machine("node-2").kill();
    story.machine("node-2").restart();
    story.machine("node-1").restart();
    await story.until(() => story.state("node-1") !== undefined);
    await story.operate("upgrade-to-raft", "node-1");
    await story.read("k");
  });
  expect(told).toMatchInlineSnapshot(`
    "cut node-1 node-2 client | node-3
      node-1 shows 1
    write k=a: ok at 1/1
    node-1 is killed and comes back, cut off until the others have a primary
    operator: promote node-2
      node-2 promises epoch 4
      node-3 promises epoch 4
      node-2 leads epoch 5, from 1 on
      node-2 shows 1
      -> done
    operator: upgrade-to-raft node-1
      node-1 gives up epoch 1 for 5
      node-1 takes no changes any more
      node-2 takes no changes any more
      node-3 takes no changes any more
      node-2 leads epoch 5, from 1 on
      node-2 has node-1 streaming at 1
      node-2 has node-3 streaming at 1
      node-1 promises epoch 7
      node-1 is bound to begin Raft behind 1/1
      node-2 promises epoch 7
      node-2 is bound to begin Raft behind 1/1
      node-3 promises epoch 7
      node-3 is bound to begin Raft behind 1/1
      node-1 goes over to Raft
      node-2 goes over to Raft
      node-3 goes over to Raft
      -> done
    read k: ok "a" at 8191/2"
  `);
});

test("whoever is sealed follows nobody and promises nothing, and comes back as that", async () => {
  const told = await new UpgradeStory(asyncToRaft).tell(async (story) => {
    await story.write("k", "a");
    const foundation = await story.prepare("node-1", "node-2");
    await story.read("k");
    await story.read("k", { role: "replica", choice: 0 });
    story.say("node-1 and node-2 lose their power");
    for (const node of ["node-1", "node-2"]) {
      story.machine(node).powerLoss();
      story.machine(node).restart();
    }
    await story.sleep(500);
    story.say("node-3 leads alone: it takes no changes, whatever others do");
    await story.operate("promote", "node-3");
    await story.operate("promote", "node-1");
    await story.write("k", "b");
    await story.read("k");
    await story.ask({ ask: "convert", foundation, decided: false }, "node-3");
    await story.operate("upgrade-to-raft", "node-3");
    await story.read("k");
    await story.write("k", "c");
    await story.agree();
  });
  expect(told).toMatchInlineSnapshot(`
    "  node-1 shows 1
    write k=a: ok at 1/1
    freeze node-1
      node-1 takes no changes any more
    freeze node-2
      node-2 takes no changes any more
    freeze node-3
      node-3 takes no changes any more
    seal node-1
      node-1 promises epoch 4
      node-1 is bound to begin Raft behind 1/1
    seal node-2
      node-2 promises epoch 4
      node-2 is bound to begin Raft behind 1/1
    read k: failed: not-primary
    read k from replica 0: ok "a" at 1/1
    node-1 and node-2 lose their power
    node-3 leads alone: it takes no changes, whatever others do
    operator: promote node-3
      node-3 promises epoch 7
      node-3 leads epoch 9, from 1 on
      -> done
    operator: promote node-1
      node-3 promises epoch 10
      -> failed: unreachable
    write k=b: unknown: connection-lost
    read k: unknown: connection-lost
    convert node-3
      -> not-sealed
    operator: upgrade-to-raft node-3
      node-3 promises epoch 13
      node-3 is bound to begin Raft behind 1/1
      node-1 goes over to Raft
      node-2 goes over to Raft
      node-3 goes over to Raft
      -> done
    read k: ok "a" at 8191/2
    write k=c: ok at 8191/3"
  `);
});

test("a disk that is lost before all have gone over comes back as a new member", async () => {
  const told = await new UpgradeStory(semiToRaft).tell(async (story) => {
    await story.write("k", "a");
    await story.prepare("node-1", "node-2");
    story.say("node-3 loses its disk");
    story.machine("node-3").wipe();
    story.machine("node-3").restart();
    await story.sleep(500);
    await story.operate("upgrade-to-raft", "node-1");
    await story.write("k", "b");
    await story.until(() => story.events("node-joined").length > 0);
    await story.agree();
    story.say("node-1 is killed");
    story.machine("node-1").kill();
    await story.until(() => ["node-2", "node-3"].some((node) => story.state(node)?.role === "leader"));
    await story.read("k");
  });
  expect(told).toMatchInlineSnapshot(`
    "  node-1 shows 1
    write k=a: ok at 1/1
    freeze node-1
      node-1 takes no changes any more
    freeze node-2
      node-2 takes no changes any more
    freeze node-3
      node-3 takes no changes any more
    seal node-1
      node-1 promises epoch 4
      node-1 is bound to begin Raft behind 1/1
    seal node-2
      node-2 promises epoch 4
      node-2 is bound to begin Raft behind 1/1
    node-3 loses its disk
    operator: upgrade-to-raft node-1
      node-1 goes over to Raft
      node-2 goes over to Raft
      node-3 goes over to Raft, without its data
      node-3 comes as a new member
      -> done
    write k=b: ok at 8191/3
      node-3 has copied all, up to 4
      node-3 has a vote again
    node-1 is killed
    read k: ok "b" at 8191/7"
  `);
});

test("a disk that is lost once Raft runs comes back as a new member, by itself", async () => {
  const told = await new UpgradeStory(semiToRaft).tell(async (story) => {
    await story.write("k", "a");
    await story.quietly(() => story.operate("upgrade-to-raft", "node-1"));
    story.say("node-2 loses its disk");
    story.machine("node-2").wipe();
    story.machine("node-2").restart();
    await story.until(() => story.events("node-joined").length > 0);
    await story.agree();
    await story.read("k");
  });
  expect(told).toMatchInlineSnapshot(`
    "  node-1 shows 1
    write k=a: ok at 1/1
    node-2 loses its disk
      node-2 comes as a new member
      node-2 has copied all, up to 3
      node-2 has a vote again
    read k: ok "a" at 8191/5"
  `);
});

test("a copy made anew since all were level is none of those that Raft begins with", async () => {
  const told = await new UpgradeStory(semiToRaft).tell(async (story) => {
    await story.write("k", "a");
    await story.ask({ ask: "freeze" }, "node-1", "node-2", "node-3");
    const foundation = await story.levelled();
    await story.operate("resync", "node-3");
    await story.levelled();
    await story.ask({ ask: "seal", foundation }, "node-1", "node-2", "node-3");
    await story.ask({ ask: "convert", foundation, decided: false }, "node-3");
    await story.operate("upgrade-to-raft", "node-1");
    await story.until(() => story.events("node-joined").length > 0);
    await story.agree();
  });
  expect(told).toMatchInlineSnapshot(`
    "  node-1 shows 1
    write k=a: ok at 1/1
    freeze node-1
      node-1 takes no changes any more
    freeze node-2
      node-2 takes no changes any more
    freeze node-3
      node-3 takes no changes any more
    operator: resync node-3
      node-3 distrusts its data
      -> done
      node-3 has copied all, up to 1
      node-1 has node-3 streaming at 1
    seal node-1
      node-1 promises epoch 4
      node-1 is bound to begin Raft behind 1/1
    seal node-2
      node-2 promises epoch 4
      node-2 is bound to begin Raft behind 1/1
    seal node-3
      -> not-level
    convert node-3
      -> not-sealed
    operator: upgrade-to-raft node-1
      node-1 goes over to Raft
      node-2 goes over to Raft
      node-3 goes over to Raft, without its data
      node-3 comes as a new member
      -> done
      node-3 has copied all, up to 3
      node-3 has a vote again"
  `);
});

test("two people at once do what one does", async () => {
  const told = await new UpgradeStory(semiToRaft).tell(async (story) => {
    await story.write("k", "a");
    await Promise.all([story.operate("upgrade-to-raft", "node-1"), story.operate("upgrade-to-raft", "node-2")]);
    await story.write("k", "b");
    await story.agree();
    await story.read("k");
  });
  expect(told).toMatchInlineSnapshot(`
    "  node-1 shows 1
    write k=a: ok at 1/1
    operator: upgrade-to-raft node-1
    operator: upgrade-to-raft node-2
      node-1 takes no changes any more
      node-2 takes no changes any more
      node-3 takes no changes any more
      node-1 promises epoch 4
      node-1 is bound to begin Raft behind 1/1
      node-2 promises epoch 4
      node-2 is bound to begin Raft behind 1/1
      node-3 promises epoch 4
      node-3 is bound to begin Raft behind 1/1
      node-1 goes over to Raft
      node-2 goes over to Raft
      node-3 goes over to Raft
      -> done
      -> done
    write k=b: ok at 8191/3
    read k: ok "b" at 8191/3"
  `);
});

test("who saw what a failover left behind is refused, by Raft too", async () => {
  const told = await new UpgradeStory(asyncToRaft).tell(async (story) => {
    await story.write("k", "a");
    const cut = story.cut(["node-1", "client"], ["node-2", "node-3"]);
    await story.write("k", "b");
    story.machine("node-1").powerLoss();
    cut.remove();
    await story.operate("failover", "node-1");
    story.machine("node-1").restart();
    await story.ready();
    await story.operate("upgrade-to-raft", "node-1");
    await story.read("k", { role: "replica", choice: 0, fresh: "session" });
    await story.read("k");
  });
  expect(told).toMatchInlineSnapshot(`
    "  node-1 shows 1
    write k=a: ok at 1/1
    cut node-1 client | node-2 node-3
      node-1 shows 2
    write k=b: ok at 1/2
    operator: failover node-1
      node-2 promises epoch 4
      node-3 promises epoch 4
      node-2 leads epoch 5, from 1 on
      node-2 shows 1
      -> done
      node-1 gives up epoch 1 for 5
      node-2 sees node-1 part at 1, at 2 now
      node-1 rewinds from 2 to 1, 1 keys undone
      node-2 has node-1 streaming at 1
      node-2 has node-3 streaming at 1
    operator: upgrade-to-raft node-1
      node-1 takes no changes any more
      node-2 takes no changes any more
      node-3 takes no changes any more
      node-1 promises epoch 7
      node-1 is bound to begin Raft behind 1/1
      node-2 promises epoch 7
      node-2 is bound to begin Raft behind 1/1
      node-3 promises epoch 7
      node-3 is bound to begin Raft behind 1/1
      node-1 goes over to Raft
      node-2 goes over to Raft
      node-3 goes over to Raft
      -> done
    read k from replica 0, session: failed: position-lost
    read k: unknown: connection-lost"
  `);
});

test("a step that finds no room is refused, and taken again once there is some", async () => {
  const told = await new UpgradeStory(semiToRaft).tell(async (story) => {
    await story.write("k", "a");
    story.disk("node-2").setCapacity(0);
    await story.operate("upgrade-to-raft", "node-1");
    story.disk("node-2").setCapacity(1 << 30);
    const foundation = await story.prepare("node-1", "node-2", "node-3");
    story.disk("node-2").setCapacity(0);
    await story.ask({ ask: "convert", foundation, decided: false }, "node-1", "node-2", "node-3");
    story.disk("node-2").setCapacity(1 << 30);
    await story.operate("upgrade-to-raft", "node-1");
    await story.agree();
  });
  expect(told).toMatchInlineSnapshot(`
    "  node-1 shows 1
    write k=a: ok at 1/1
    operator: upgrade-to-raft node-1
      node-2 cannot freeze: ENOSPC
      node-1 takes no changes any more
      node-3 takes no changes any more
      -> failed: disk-failed
    freeze node-1
    freeze node-2
      node-2 takes no changes any more
    freeze node-3
    seal node-1
      node-1 promises epoch 4
      node-1 is bound to begin Raft behind 1/1
    seal node-2
      node-2 promises epoch 4
      node-2 is bound to begin Raft behind 1/1
    seal node-3
      node-3 promises epoch 4
      node-3 is bound to begin Raft behind 1/1
    convert node-1
      node-1 goes over to Raft
    convert node-2
      node-2 cannot convert: ENOSPC
      -> disk-failed
    convert node-3
      node-3 goes over to Raft
    operator: upgrade-to-raft node-1
      node-2 goes over to Raft
      -> done"
  `);
});

test("whoever was away follows those who have gone over, with its own data", async () => {
  const told = await new UpgradeStory(semiToRaft).tell(async (story) => {
    await story.write("k", "a");
    const foundation = await story.prepare("node-1", "node-2");
    const cut = story.cut(["node-1", "node-2", "client"], ["node-3"]);
    await story.ask({ ask: "convert", foundation, decided: false }, "node-1", "node-2");
    await story.write("k", "b");
    story.say("heal");
    cut.remove();
    await story.until(() => story.state("node-3")?.fields["protocol"] === "raft");
    await story.agree();
  });
  expect(told).toMatchInlineSnapshot(`
    "  node-1 shows 1
    write k=a: ok at 1/1
    freeze node-1
      node-1 takes no changes any more
    freeze node-2
      node-2 takes no changes any more
    freeze node-3
      node-3 takes no changes any more
    seal node-1
      node-1 promises epoch 4
      node-1 is bound to begin Raft behind 1/1
    seal node-2
      node-2 promises epoch 4
      node-2 is bound to begin Raft behind 1/1
    cut node-1 node-2 client | node-3
    convert node-1
      node-1 goes over to Raft
    convert node-2
      node-2 goes over to Raft
    write k=b: unknown: timeout
    heal
      node-3 promises epoch 4
      node-3 is bound to begin Raft behind 1/1
      node-3 goes over to Raft"
  `);
});
