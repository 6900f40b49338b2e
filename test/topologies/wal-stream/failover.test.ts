import { expect, test } from "vitest";
import { walStreamAsync, walStreamFull, walStreamSemi } from "../../../topologies/wal-stream/wal-stream.ts";
import { ControlCaller } from "../../../topologies/wal-stream/control-protocol.ts";
import { Failover } from "../../../topologies/wal-stream/failover.ts";
import { Story } from "./support/story.ts";

test("semi: the most advanced replica takes over, and the old primary rejoins", async () => {
  const told = await new Story(walStreamSemi).tell(async (story) => {
    await story.write("k", "a");
    const cut = story.cut(["node-1", "node-3", "client"], ["node-2"]);
    await story.write("k", "b");
    story.say("node-1 loses its power");
    story.machine("node-1").powerLoss();
    story.say("heal");
    cut.remove();
    await story.operate("failover", "node-1");
    await story.write("k", "c");
    story.say("node-1 comes back");
    story.machine("node-1").restart();
    await story.ready();
    await story.agree();
    await story.read("k");
  });
  expect(told).toMatchInlineSnapshot(`
    "  node-1 shows 1
    write k=a: ok at 1/1
    cut node-1 node-3 client | node-2
      node-1 shows 2
    write k=b: ok at 1/2
    node-1 loses its power
    heal
    operator: failover node-1
      node-2 promises epoch 4
      node-3 promises epoch 4
      node-3 begins epoch 6 after 2
      node-3 leads epoch 6, from 2 on
      node-3 shows 2
      -> done
      node-3 has node-2 streaming at 2
    write k=c: unknown: timeout
    node-1 comes back
      node-1 gives up epoch 1 for 6
      node-3 has node-1 streaming at 2
    read k: ok "b" at 6/2"
  `);
});

test("semi: one replica is not enough, as the other may have more", async () => {
  const told = await new Story(walStreamSemi).tell(async (story) => {
    await story.write("k", "a");
    story.say("node-1 and node-2 are killed");
    story.machine("node-1").kill();
    story.machine("node-2").kill();
    await story.operate("failover", "node-1");
    await story.operate("promote", "node-3");
  });
  expect(told).toMatchInlineSnapshot(`
    "  node-1 shows 1
    write k=a: ok at 1/1
    node-1 and node-2 are killed
    operator: failover node-1
      -> failed: too-few-nodes
    operator: promote node-3
      -> failed: too-few-nodes"
  `);
});

test("full: any survivor has everything", async () => {
  const told = await new Story(walStreamFull).tell(async (story) => {
    await story.write("k", "a");
    story.say("node-1 and node-2 are killed");
    story.machine("node-1").kill();
    story.machine("node-2").kill();
    await story.operate("failover", "node-1");
    await story.read("k");
  });
  expect(told).toMatchInlineSnapshot(`
    "  node-1 shows 1
    write k=a: ok at 1/1
    node-1 and node-2 are killed
    operator: failover node-1
      node-3 promises epoch 4
      node-3 begins epoch 6 after 1
      node-3 leads epoch 6, from 1 on
      node-3 shows 1
      -> done
    read k: ok "a" at 6/1"
  `);
});

test("an isolated primary is fenced: it acknowledges nothing more, and steps down when it hears of the new one", async () => {
  const told = await new Story(walStreamSemi).tell(async (story) => {
    await story.write("k", "a");
    const cut = story.cut(["node-1"], ["node-2", "node-3", "client", "operator-1"]);
    await story.sleep(2_000);
    await story.operate("failover", "node-1");
    await story.write("k", "b");
    await story.write("k", "c");
    story.say("heal");
    cut.remove();
    await story.ready();
    await story.agree();
  });
  expect(told).toMatchInlineSnapshot(`
    "  node-1 shows 1
    write k=a: ok at 1/1
    cut node-1 | node-2 node-3 client operator-1
    operator: failover node-1
      node-2 promises epoch 4
      node-3 promises epoch 4
      node-2 begins epoch 5 after 1
      node-2 leads epoch 5, from 1 on
      node-2 shows 1
      -> done
      node-2 has node-3 streaming at 1
    write k=b: unknown: timeout
      node-2 shows 2
    write k=c: ok at 5/2
    heal
      node-1 gives up epoch 1 for 5
      node-2 has node-1 streaming at 2"
  `);
});

test("async: what only the old primary has is lost; it rewinds what it had already shown", async () => {
  const told = await new Story(walStreamAsync).tell(async (story) => {
    await story.write("a", "1");
    await story.level();
    const cut = story.cut(["node-1", "client"], ["node-2", "node-3", "operator-1"]);
    await story.write("a", "lost");
    await story.write("b", "lost");
    cut.remove();
    const apart = story.cut(["node-1"], ["node-2", "node-3", "client", "operator-1"]);
    await story.operate("failover", "node-1");
    await story.write("a", "2");
    await story.read("a");
    await story.read("b");
    story.say("heal");
    apart.remove();
    await story.ready();
    await story.agree();
    await story.read("b", { role: "replica", choice: 0 });
  });
  expect(told).toMatchInlineSnapshot(`
    "  node-1 shows 1
    write a=1: ok at 1/1
    cut node-1 client | node-2 node-3 operator-1
      node-1 shows 2
    write a=lost: ok at 1/2
      node-1 shows 3
    write b=lost: ok at 1/3
    cut node-1 | node-2 node-3 client operator-1
    operator: failover node-1
      node-2 promises epoch 4
      node-3 promises epoch 4
      node-2 begins epoch 5 after 1
      node-2 leads epoch 5, from 1 on
      -> done
      node-2 has node-3 streaming at 1
    write a=2: unknown: timeout
    read a: ok "1" at 5/1
    read b: ok at 5/1
    heal
      node-1 gives up epoch 1 for 5
      node-2 sees node-1 part at 1, at 3 now
      node-1 rewinds from 3 to 1, 2 keys undone
      node-2 has node-1 streaming at 1
    read b from replica 0: ok at 5/1"
  `);
});

test("two failovers in a row: branches are told apart by their epochs, not by how far anybody had heard (KIP-101)", async () => {
  const told = await new Story(walStreamAsync).tell(async (story) => {
    await story.write("k", "a");
    await story.level();
    story.say("node-2 and node-3 are killed");
    story.machine("node-2").kill();
    story.machine("node-3").kill();
    await story.write("k", "branch of node-1");
    story.say("node-1 is killed, the others come back");
    story.machine("node-1").kill();
    story.machine("node-2").restart();
    story.machine("node-3").restart();
    await story.sleep(1_000);
    await story.operate("promote", "node-2");
    story.say("node-3 is killed");
    story.machine("node-3").kill();
    await story.write("k", "branch of node-2");
    story.say("node-2 is killed, node-1 and node-3 come back");
    story.machine("node-2").kill();
    story.machine("node-3").restart();
    await story.sleep(1_000);
    await story.operate("promote", "node-3");
    await story.write("k", "b");
    story.machine("node-1").restart();
    story.machine("node-2").restart();
    await story.ready();
    await story.agree();
    await story.read("k");
  });
  expect(told).toMatchInlineSnapshot(`
    "  node-1 shows 1
    write k=a: ok at 1/1
    node-2 and node-3 are killed
      node-1 shows 2
    write k=branch of node-1: ok at 1/2
    node-1 is killed, the others come back
    operator: promote node-2
      node-2 promises epoch 4
      node-3 promises epoch 4
      node-2 begins epoch 5 after 1
      node-2 leads epoch 5, from 1 on
      -> done
    node-3 is killed
      node-2 shows 2
    write k=branch of node-2: ok at 5/2
    node-2 is killed, node-1 and node-3 come back
    operator: promote node-3
      node-3 promises epoch 7
      node-3 begins epoch 9 after 1
      node-3 leads epoch 9, from 1 on
      -> done
      node-3 shows 2
    write k=b: ok at 9/2
      node-1 gives up epoch 1 for 9
      node-2 gives up epoch 5 for 9
      node-3 sees node-1 part at 1, at 2 now
      node-3 sees node-2 part at 1, at 2 now
      node-1 rewinds from 2 to 1, 1 keys undone
      node-3 has node-1 streaming at 2
      node-2 rewinds from 2 to 1, 1 keys undone
      node-3 has node-2 streaming at 2
    read k: ok "b" at 9/2"
  `);
});

test("what makes no sense is refused, with the reason", async () => {
  const told = await new Story(walStreamAsync).tell(async (story) => {
    await story.write("k", "a");
    await story.level();
    await story.operate("promote", "node-1");
    await story.operate("resync", "node-1");
    story.say("node-2 is killed");
    story.machine("node-2").kill();
    await story.operate("promote", "node-2");
    await story.write("k", "b");
    await story.level("node-1", "node-3");
    story.say("node-2 comes back, cut off from the primary");
    story.cut(["node-1", "node-3"], ["node-2"]);
    story.machine("node-2").restart();
    await story.sleep(1_000);
    await story.operate("promote", "node-2");
    story.say("and is wiped");
    story.machine("node-2").wipe();
    story.machine("node-2").restart();
    await story.sleep(100);
    await story.operate("promote", "node-2");
  });
  expect(told).toMatchInlineSnapshot(`
    "  node-1 shows 1
    write k=a: ok at 1/1
    operator: promote node-1
      -> failed: already-primary
    operator: resync node-1
      -> failed: is-primary
    node-2 is killed
    operator: promote node-2
      -> failed: unreachable
      node-1 shows 2
    write k=b: ok at 1/2
    node-2 comes back, cut off from the primary
    cut node-1 node-3 | node-2
    operator: promote node-2
      node-1 promises epoch 4
      node-2 promises epoch 4
      node-3 promises epoch 4
      node-1 begins epoch 4 after 2
      node-1 leads epoch 4, from 2 on
      -> failed: not-most-advanced
    and is wiped
    operator: promote node-2
      -> failed: no-data"
  `);
});

test("a node whose disk was replaced never founds the cluster anew", async () => {
  const told = await new Story(walStreamSemi).tell(async (story) => {
    await story.write("k", "a");
    await story.level();
    story.say("node-1 is wiped, and comes back");
    story.machine("node-1").wipe();
    story.machine("node-1").restart();
    await story.sleep(2_000);
    await story.write("k", "b");
    await story.operate("failover", "node-1");
    await story.ready();
    await story.agree();
    await story.read("k");
  });
  expect(told).toMatchInlineSnapshot(`
    "  node-1 shows 1
    write k=a: ok at 1/1
    node-1 is wiped, and comes back
    write k=b: unknown: connection-lost
    operator: failover node-1
      node-2 promises epoch 4
      node-3 promises epoch 4
      node-2 begins epoch 5 after 1
      node-2 leads epoch 5, from 1 on
      -> done
      node-2 has node-3 streaming at 1
      node-2 copies all to node-1: it has no data
      node-1 has copied all, up to 1
      node-2 has node-1 streaming at 1
    read k: ok "a" at 5/1"
  `);
});

// Found by seed 100211 of failover on wal-stream:semi: entry 75 of epoch 4 was acknowledged by a node that had promised to
// follow none before epoch 3, and was lost to epoch 5.
test("two people at a time: whoever promised the later cannot be led by whom the earlier makes primary", async () => {
  const told = await new Story(walStreamSemi, { settings: { waitTimeout: 1_000_000_000 } }).tell(async (story) => {
    await story.write("k", "a");
    await story.level();
    const person = new ControlCaller(story.host);
    const ask = async (node: string, request: Parameters<ControlCaller["command"]>[1]): Promise<void> => {
      const answer = await person.command(node, request, 1_000_000_000);
      story.say(`  -> ${answer?.done === true ? "done" : (answer?.code ?? "no answer")}`);
    };
    story.say("one asks all nodes for the promise of a round");
    for (const node of ["node-1", "node-2", "node-3"]) await ask(node, { ask: "promise", epoch: 4, by: "one" });
    story.say("another asks two of them for the next");
    for (const node of ["node-2", "node-3"]) await ask(node, { ask: "promise", epoch: 7, by: "another" });
    story.say("each promotes");
    await ask("node-1", { ask: "promote", promised: 4, by: "one" });
    const lost = story.write("k", "b");
    await story.sleep(500);
    await ask("node-2", { ask: "promote", promised: 7, by: "another" });
    await lost;
    await story.ready();
    await story.write("k", "c");
    await story.read("k");
    await story.agree();
  });
  expect(told).toMatchInlineSnapshot(`
    "  node-1 shows 1
    write k=a: ok at 1/1
    one asks all nodes for the promise of a round
      node-1 promises epoch 4
      -> done
      node-2 promises epoch 4
      -> done
      node-3 promises epoch 4
      -> done
    another asks two of them for the next
      node-2 promises epoch 7
      -> done
      node-3 promises epoch 7
      -> done
    each promotes
      node-1 begins epoch 4 after 1
      node-1 leads epoch 4, from 1 on
      -> done
      node-1 gives up epoch 4 for 7
      node-1 leaves 2 open: stepped-down
    write k=b: unknown: stepped-down
      node-2 begins epoch 8 after 1
      node-2 leads epoch 8, from 1 on
      -> done
      node-2 sees node-1 part at 1, at 2 now
      node-1 rewinds from 2 to 1, 0 keys undone
      node-2 has node-1 streaming at 1
      node-2 has node-3 streaming at 1
      node-2 shows 2
    write k=c: ok at 8/2
    read k: ok "c" at 8/2"
  `);
});

// Found by seed 300028 of failover on wal-stream:async: the epoch after 5 was 4, so that what epoch 5 had acknowledged, and lost
// with the only disk that had heard of it, counted as what must be there.
test("a person begins no round twice, though all who heard of it have lost their disks", async () => {
  const told = await new Story(walStreamAsync).tell(async (story) => {
    const person = new Failover(story.host, story.cluster.config, "async");
    await story.write("a", "1");
    await story.level();
    story.say("node-1 and node-3 are killed");
    story.machine("node-1").kill();
    story.machine("node-3").kill();
    await person.run();
    await story.write("a", "2");
    story.say("node-2 is wiped, and all come back");
    story.machine("node-2").wipe();
    for (const node of ["node-1", "node-2", "node-3"]) story.machine(node).restart();
    await story.ready("node-1");
    await person.run({ without: "node-2" });
    await story.ready();
    await story.agree();
    // Its first finds that the connection is gone.
    await story.quietly(() => story.read("a"));
    await story.read("a");
  });
  expect(told).toMatchInlineSnapshot(`
    "  node-1 shows 1
    write a=1: ok at 1/1
    node-1 and node-3 are killed
      node-2 promises epoch 4
      node-2 begins epoch 5 after 1
      node-2 leads epoch 5, from 1 on
      node-2 shows 2
    write a=2: ok at 5/2
    node-2 is wiped, and all come back
      node-1 leads epoch 1, from 1 on
      node-1 has node-3 streaming at 1
      node-1 promises epoch 7
      node-3 promises epoch 7
      node-1 begins epoch 7 after 1
      node-1 leads epoch 7, from 1 on
      node-1 copies all to node-2: it has no data
      node-1 has node-3 streaming at 1
      node-2 has copied all, up to 1
      node-1 has node-2 streaming at 1
    read a: ok "1" at 7/1"
  `);
});

test("a promise that is not of a whole round is not given", async () => {
  const told = await new Story(walStreamSemi).tell(async (story) => {
    const answer = await new ControlCaller(story.host).command(
      "node-2",
      { ask: "promise", epoch: 5, by: "one" },
      1_000_000_000,
    );
    story.say(`${answer?.code}: ${answer?.reason}`);
  });
  expect(told).toMatchInlineSnapshot(`"no-round: no round begins with epoch 5"`);
});
