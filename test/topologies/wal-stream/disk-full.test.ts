import { expect, test } from "vitest";
import { walStreamAsync, walStreamSemi } from "../../../topologies/wal-stream/wal-stream.ts";
import { Story } from "./support/story.ts";

const MUCH = 2 ** 40;
/** More than what is left of a page that is there already. */
const LARGE = "v".repeat(10_000);

test("a primary without room refuses changes, and goes on once there is some", async () => {
  const told = await new Story(walStreamSemi).tell(async (story) => {
    await story.write("k", "a");
    await story.level();
    story.say("the disk of node-1 is full, when much is to be written");
    story.disk("node-1").setCapacity(0);
    await story.quietly(() => story.write("k", LARGE));
    await story.write("k", "c");
    story.say("there is room again");
    story.disk("node-1").setCapacity(MUCH);
    await story.ready();
    await story.write("k", "d");
    await story.agree();
  });
  expect(told).toMatchInlineSnapshot(`
    "  node-1 shows 1
    write k=a: ok at 1/1
    the disk of node-1 is full, when much is to be written
    write k=c: failed: disk-full
    there is room again
      node-1 leads epoch 1, from 1 on
      node-1 has node-2 streaming at 1
      node-1 has node-3 streaming at 1
      node-1 shows 2
    write k=d: ok at 1/2"
  `);
});

test("a replica without room falls behind, and catches up once there is some", async () => {
  const told = await new Story(walStreamAsync).tell(async (story) => {
    await story.write("k", "a");
    await story.level();
    story.say("the disk of node-3 is full, when much is written");
    story.disk("node-3").setCapacity(0);
    await story.quietly(() => story.write("k", LARGE));
    await story.sleep(500);
    story.say("there is room again");
    story.disk("node-3").setCapacity(MUCH);
    await story.ready();
    await story.agree();
  });
  expect(told).toMatchInlineSnapshot(`
    "  node-1 shows 1
    write k=a: ok at 1/1
    the disk of node-3 is full, when much is written
      node-3 has no room
    there is room again
      node-1 has node-3 streaming at 2"
  `);
});

// Found by seed 100031 of failover on wal-stream:async: that the database had failed for want of room was taken for an error of
// the program.
test("a database that fails for want of room is opened anew once there is some", async () => {
  const told = await new Story(walStreamAsync).tell(async (story) => {
    await story.write("k", "a");
    await story.level();
    story.say("the database of node-1 has no room");
    const full = story.disk("node-1").faults.add({
      fault: { kind: "error", code: "ENOSPC", when: "before" },
      calls: ["pwrite"],
      path: /store-/,
    });
    await story.write("k", "b");
    await story.until(() => story.events("disk-full").length > 0);
    await story.write("k", "c");
    story.say("there is room again");
    story.disk("node-1").faults.remove(full);
    await story.ready();
    await story.write("k", "d");
    await story.agree();
  });
  expect(told).toMatchInlineSnapshot(`
    "  node-1 shows 1
    write k=a: ok at 1/1
    the database of node-1 has no room
      node-1 has no room
      node-1 leaves 2 open: disk-failed
    write k=b: unknown: disk-failed
    write k=c: failed: disk-full
    there is room again
      node-1 leads epoch 1, from 2 on
      node-1 shows 2
      node-1 has node-2 streaming at 2
      node-1 has node-3 streaming at 2
      node-1 shows 3
    write k=d: ok at 1/3"
  `);
});
