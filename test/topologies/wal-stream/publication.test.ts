import { describe, expect, test } from "vitest";
import {
  walStreamAsync,
  walStreamFull,
  walStreamSemi,
  walStreamSemiAsWritten,
} from "../../../topologies/wal-stream/wal-stream.ts";
import { Story } from "./support/story.ts";

describe("a change is published", () => {
  test("without waiting for anybody: async", async () => {
    const told = await new Story(walStreamAsync).tell(async (story) => {
      const cut = story.cut(["node-1", "client"], ["node-2", "node-3"]);
      await story.write("k", "a");
      await story.read("k");
      story.say("heal");
      cut.remove();
      await story.level();
    });
    expect(told).toMatchInlineSnapshot(`
      "cut node-1 client | node-2 node-3
        node-1 shows 1
      write k=a: ok at 1/1
      read k: ok "a" at 1/1
      heal"
    `);
  });

  test("once one replica has it: semi", async () => {
    const told = await new Story(walStreamSemi).tell(async (story) => {
      story.cut(["node-1"], ["node-2"]);
      await story.write("k", "a");
      await story.read("k");
      story.cut(["node-1"], ["node-3"]);
      await story.write("k", "b");
      await story.read("k");
    });
    expect(told).toMatchInlineSnapshot(`
      "cut node-1 | node-2
        node-1 shows 1
      write k=a: ok at 1/1
      read k: ok "a" at 1/1
      cut node-1 | node-3
        node-1 leaves 2 open: replication-timeout
      write k=b: unknown: replication-timeout
      read k: ok "a" at 1/1"
    `);
  });

  test("once every replica has it, also those that are gone: full", async () => {
    const told = await new Story(walStreamFull).tell(async (story) => {
      await story.write("k", "a");
      await story.sleep(30);
      story.say("node-3 is killed");
      story.machine("node-3").kill();
      await story.write("k", "b");
      await story.read("k");
      story.say("node-3 comes back");
      story.machine("node-3").restart();
      await story.ready();
      await story.sleep(50);
      await story.read("k");
    });
    expect(told).toMatchInlineSnapshot(`
      "  node-1 shows 1
      write k=a: ok at 1/1
      node-3 is killed
        node-1 leaves 2 open: replication-timeout
      write k=b: unknown: replication-timeout
      read k: ok "a" at 1/1
      node-3 comes back
        node-1 has node-3 streaming at 2
        node-1 shows 2
      read k: ok "b" at 1/2"
    `);
  });

  test("as each asks for, and in order: an async one waits behind a semi one", async () => {
    const told = await new Story(walStreamSemi).tell(async (story) => {
      const cut = story.cut(["node-1", "client"], ["node-2", "node-3"]);
      await story.write("a", "1", "async");
      const blocked = story.write("b", "2", "semi");
      await story.sleep(10);
      const behind = story.write("c", "3", "async");
      await story.sleep(500);
      await story.read("b");
      await story.read("c");
      story.say("heal");
      cut.remove();
      await Promise.all([blocked, behind]);
      await story.read("c");
    });
    expect(told).toMatchInlineSnapshot(`
      "cut node-1 client | node-2 node-3
        node-1 shows 1
      write a=1, async: ok at 1/1
      read b: ok at 1/1
      read c: ok at 1/1
      heal
        node-1 shows 3
      write b=2, semi: ok at 1/2
      write c=3, async: ok at 1/3
      read c: ok "3" at 1/3"
    `);
  });

  test("before it is acknowledged, as the document has it: others see what its client is not sure of", async () => {
    const told = await new Story(walStreamSemiAsWritten).tell(async (story) => {
      story.cut(["node-1", "client"], ["node-2", "node-3"]);
      const write = story.write("k", "a");
      await story.sleep(10);
      await story.read("k");
      await write;
    });
    expect(told).toMatchInlineSnapshot(`
      "cut node-1 client | node-2 node-3
        node-1 shows 1
      read k: ok "a" at 1/1
        node-1 leaves 1 open: replication-timeout
      write k=a: unknown: replication-timeout"
    `);
  });
});

test("a change whose wait was given up may be published yet; what reads before it changes waits for that", async () => {
  const told = await new Story(walStreamSemi).tell(async (story) => {
    const increment = (by: number): Promise<string> =>
      story.execute(`increment n by ${by}`, { op: "increment", key: "n", delta: by });
    const cut = story.cut(["node-1", "client"], ["node-2", "node-3"]);
    await increment(1);
    const second = increment(10);
    await story.sleep(100);
    story.say("heal");
    cut.remove();
    await second;
    await story.execute("read n", { op: "read-counter", key: "n" });
  });
  expect(told).toMatchInlineSnapshot(`
    "cut node-1 client | node-2 node-3
      node-1 leaves 1 open: replication-timeout
    increment n by 1: unknown: replication-timeout
    heal
      node-1 has node-2 streaming at 1
      node-1 shows 1
      node-1 has node-3 streaming at 1
      node-1 shows 2
    increment n by 10: ok at 1/2
    read n: ok 11 at 1/2"
  `);
});

test("changes are refused while too many wait for replicas", async () => {
  const told = await new Story(walStreamSemi, { settings: { unpublishedEntries: 2 } }).tell(async (story) => {
    story.cut(["node-1", "client"], ["node-2", "node-3"]);
    const waiting = [story.write("a", "1"), story.write("b", "2")];
    await story.sleep(10);
    await story.write("c", "3");
    await Promise.all(waiting);
  });
  expect(told).toMatchInlineSnapshot(`
    "cut node-1 client | node-2 node-3
    write c=3: failed: replication-behind
      node-1 leaves 1 open: replication-timeout
      node-1 leaves 2 open: replication-timeout
    write b=2: unknown: replication-timeout
    write a=1: unknown: replication-timeout"
  `);
});

test("an async primary refuses changes, where that is set, when no replica keeps up", async () => {
  const told = await new Story(walStreamAsync, { settings: { mostLag: 2 } }).tell(async (story) => {
    story.cut(["node-1", "client"], ["node-2", "node-3"]);
    for (const value of ["1", "2", "3", "4", "5"]) await story.write("a", value);
  });
  expect(told).toMatchInlineSnapshot(`
    "cut node-1 client | node-2 node-3
      node-1 shows 1
    write a=1: ok at 1/1
      node-1 shows 2
    write a=2: ok at 1/2
      node-1 shows 3
    write a=3: ok at 1/3
    write a=4: failed: replication-behind
    write a=5: failed: replication-behind"
  `);
});

test("changes of different keys are under way together, and share their syncs", async () => {
  const story = new Story(walStreamSemi);
  await story.tell(async () => {
    const before = story.host.clock.monotonic();
    await Promise.all(Array.from({ length: 100 }, (_, index) => story.write(`k${index}`, "v")));
    // One by one they would take a hundred round trips.
    expect(story.host.clock.monotonic() - before).toBeLessThan(20_000_000);
    await story.agree();
  });
});
