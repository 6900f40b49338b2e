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
    there is room again
      node-1 has node-3 streaming at 2"
  `);
});
