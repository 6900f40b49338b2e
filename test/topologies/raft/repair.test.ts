import { describe, expect, test } from "vitest";
import { pathOfInode } from "../../../sim/fs/path-of.ts";
import { raftReadIndex } from "../../../topologies/raft/raft.ts";
import { RaftStory } from "./support/raft-story.ts";

/** Paths of a node's files, in order. */
function files(story: RaftStory, node: string, pattern: RegExp): string[] {
  const { volume } = story.disk(node);
  const found = [...volume.inodes.values()].flatMap((inode) => (inode.type === "file" ? [inode] : []));
  return found
    .map((inode) => pathOfInode(volume, inode))
    .filter((path) => pattern.test(path))
    .sort();
}

/** A bit flips in a file of a node that is down. @param position of the byte; below zero: counted from the file's end */
function rot(story: RaftStory, node: string, pattern: RegExp, position: number): void {
  const path = files(story, node, pattern).at(-1);
  if (path === undefined) throw new Error(`${node} has no such file`);
  story.say(`a bit of ${path} of ${node} flips`);
  const file = story.disk(node).volume.resolve(path);
  const size = file.type === "file" ? file.unsynced.durableSize : 0;
  const place = { path, position: position < 0 ? size + position : position, bit: 3 };
  expect(story.disk(node).media.rot(place)).toBeDefined();
}

const LOG = /^\/raft\/log-/;
const TABLE = /^\/raft\/store-.*\.sst$/;
const STATE = /^\/raft\/STATE$/;

/** Writes what the damage will be of, on all nodes, and stops one. @returns that one */
async function stopped(story: RaftStory, rounds = 20): Promise<string> {
  await story.quietly(async () => {
    for (let round = 0; round < rounds; round++) await story.write(`k${round % 5}`, `v${round}`);
    await story.level();
  });
  const [node = ""] = await story.followers();
  story.say(`${node} loses power`);
  story.machine(node).powerLoss();
  return node;
}

/** What is damaged on one node comes back from the others. */
async function repaired(pattern: RegExp, position: number, engine = {}): Promise<string> {
  const story = new RaftStory(raftReadIndex, { engine });
  return story.tell(async () => {
    const node = await stopped(story);
    rot(story, node, pattern, position);
    story.machine(node).restart();
    await story.until(() => story.events("node-joined").length === 1);
    await story.quietly(() => story.agree());
    // Not even then is anything cut away of what is damaged: the others might have turned out to lack it.
    expect(files(story, node, /^\/raft\/(log|store)-1\//).length).toBeGreaterThan(0);
    for (let key = 0; key < 5; key++) {
      expect(await story.quietly(() => story.read(`k${key}`))).toMatch(new RegExp(`^ok "v${15 + key}"`));
    }
    // At the next start it is of no use any more.
    await story.quietly(async () => {
      for (let round = 0; round < 2; round++) {
        await story.operate("transfer-leader", (await story.followers())[0] as string);
        await story.sleep(1000);
      }
      story.machine(node).powerLoss();
      story.machine(node).restart();
      await story.ready();
      await story.agree();
    });
    expect(files(story, node, /^\/raft\/(log|store)-1\//)).toEqual([]);
  });
}

describe("what was acknowledged and is damaged is got from the others, never cut away and never served", () => {
  test("an entry in the middle of the log", async () => {
    expect(await repaired(LOG, 300)).toMatchInlineSnapshot(`
      "node-2 loses power
      a bit of /raft/log-1/000000000001-000001.log of node-2 flips
        node-2 is damaged: corruption in log segment 000000000001-000001.log at offset 267, behind entry 1/6: a record's checksum does not match
        node-1 has as voters node-1 node-2 node-3, as learners node-2#...
        node-2 drops a message from node-1: not-addressed
        node-1 has as voters node-1 node-2#... node-3
        node-1 has as voters node-1 node-3, as learners node-2#...
        node-2 has a vote again"
    `);
  });

  test("the last entry, behind which nothing says that it was synced", async () => {
    expect(await repaired(LOG, -4)).toMatchInlineSnapshot(`
      "node-2 loses power
      a bit of /raft/log-1/000000000001-000001.log of node-2 flips
        node-2 is damaged: corruption in log segment 000000000001-000001.log at offset 1041, behind entry 1/21: a record's checksum does not match
        node-1 has as voters node-1 node-2 node-3, as learners node-2#...
        node-2 drops a message from node-1: not-addressed
        node-1 has as voters node-1 node-2#... node-3
        node-1 has as voters node-1 node-3, as learners node-2#...
        node-2 has a vote again"
    `);
  });

  test("the beginning of the log", async () => {
    expect(await repaired(LOG, 20)).toMatchInlineSnapshot(`
      "node-2 loses power
      a bit of /raft/log-1/000000000001-000001.log of node-2 flips
        node-2 is damaged: corruption in log segment 000000000001-000001.log at offset 0: a record's checksum does not match
        node-1 has as voters node-1 node-2 node-3, as learners node-2#...
        node-2 drops a message from node-1: not-addressed
        node-1 has as voters node-1 node-2#... node-3
        node-1 has as voters node-1 node-3, as learners node-2#...
        node-2 has a vote again"
    `);
  });

  test("a table of the data", async () => {
    expect(await repaired(TABLE, 30, { writeBufferBytes: 512 })).toMatchInlineSnapshot(`
      "node-2 loses power
      a bit of /raft/store-1/000013.sst of node-2 flips
        node-2 is damaged: corruption in 000013.sst at offset 0: a block's checksum does not match
        node-1 has as voters node-1 node-2 node-3, as learners node-2#...
        node-2 drops a message from node-1: not-addressed
        node-1 has as voters node-1 node-2#... node-3
        node-1 has as voters node-1 node-3, as learners node-2#...
        node-2 has a vote again"
    `);
  });

  test("term and vote", async () => {
    expect(await repaired(STATE, 12)).toMatchInlineSnapshot(`
      "node-2 loses power
      a bit of /raft/STATE of node-2 flips
        node-2 is damaged: the state in '/raft/STATE' cannot be read: its checksum is wrong
        node-1 has as voters node-1 node-2 node-3, as learners node-2#...
        node-2 drops a message from node-1: not-addressed
        node-1 has as voters node-1 node-2#... node-3
        node-1 has as voters node-1 node-3, as learners node-2#...
        node-2 has a vote again"
    `);
  });
});

test("an entry that only a minority has, and that nobody was told of, is replaced by what the others agree on", async () => {
  const story = new RaftStory(raftReadIndex);
  const told = await story.tell(async () => {
    const node = await story.leader();
    const others = await story.followers();
    await story.quietly(async () => {
      const cut = story.cut([node], others);
      const reply = await story.request(node, { op: "write", key: "k", value: "alone" }, {});
      expect(reply).toMatchObject({ ok: false, outcome: "unknown" });
      story.machine(node).powerLoss();
      cut.remove();
    });
    rot(story, node, LOG, -4);
    await story.write("k", "agreed");
    story.machine(node).restart();
    await story.quietly(() => story.agree());
    expect(await story.read("k")).toMatch(/^ok "agreed"/);
  });
  expect(told).toMatchInlineSnapshot(`
    "a bit of /raft/log-1/000000000001-000001.log of node-1 flips
      node-3 leads term 2, from 2 on
    write k=agreed: ok at 0/4
    read k: ok "agreed" at 0/7"
  `);
});

test("damage that is found when a disk has room again does not go unnoticed", async () => {
  const story = new RaftStory(raftReadIndex, { settings: { segmentBytes: 256, keptBytes: 512 } });
  await story.tell(async () => {
    const [node = ""] = await story.followers();
    const { volume } = story.disk(node);
    const room = volume.capacity;
    story.disk(node).setCapacity(volume.capacity - volume.freeBytes);
    rot(story, node, STATE, 12);
    await story.quietly(async () => {
      const isFull = (): boolean => story.events("disk-full").length > 0;
      for (let round = 0; round < 100 && !isFull(); round++) await story.write("k", "v".repeat(100));
    });
    await story.until(() => story.events("disk-full").length > 0);
    story.disk(node).setCapacity(room);
    await story.until(() => story.events("node-joined").length === 1);
    await story.quietly(() => story.agree());
  });
});

test("an end that a crash has torn is cut away: it was never acknowledged", async () => {
  const story = new RaftStory(raftReadIndex);
  await story.tell(async () => {
    const leader = await story.leader();
    for (let round = 0; round < 12; round++) {
      // Power is lost in the middle of a write, at another moment of it each time.
      const writing = story.write("k", `${round}${"x".repeat(3000)}`);
      await story.sleep(0);
      for (let moment = 0; moment < round * 5; moment++) await Promise.resolve();
      story.machine(leader).powerLoss();
      story.machine(leader).restart();
      await writing;
      await story.ready();
    }
    expect(story.events("data-damaged")).toEqual([]);
    await story.agree();
  });
});

test("whoever is damaged neither votes nor counts before it has all again", async () => {
  const story = new RaftStory(raftReadIndex);
  await story.tell(async () => {
    const node = await stopped(story);
    // What only a majority with this node in it has: the leader and itself hold the last entry.
    rot(story, node, LOG, 300);
    const others = (await story.followers()).filter((each) => each !== node);
    const leader = await story.leader();
    for (const other of [leader, ...others]) story.machine(other).kill();
    story.machine(node).restart();
    story.machine(others[0] as string).restart();
    // Two of three are up, and one of them has forgotten what it promised: nobody may lead.
    await story.sleep(5000);
    expect([...story.cluster.inspect().values()].map(({ role }) => role)).not.toContain("leader");
    story.machine(leader).restart();
    await story.until(() => story.events("node-joined").length === 1);
    await story.agree();
    expect(await story.read("k4")).toMatch(/^ok "v19"/);
  });
});

// Found by seed 301838 of raft-chaos on raft:lease: the leader looked at its blocks in the cache, found them sound, and sent the
// same copy for ever.
test.each([
  ["", 0],
  ["that it has in its cache as it was, ", 65_536],
])("a leader whose data %sis damaged notices when nobody can use its copy", async (_where, blockCacheBytes) => {
  const settings = { keptBytes: 1_024, segmentBytes: 256, chunkBytes: 512 };
  const story = new RaftStory(raftReadIndex, { settings, engine: { writeBufferBytes: 512, blockCacheBytes } });
  await story.tell(async () => {
    const away = await stopped(story);
    const leader = await story.leader();
    await story.quietly(async () => {
      for (let round = 0; round < 40; round++) await story.write(`k${5 + (round % 5)}`, "v".repeat(100));
      for (let key = 0; key < 10; key++) await story.read(`k${key}`);
    });
    rot(story, leader, TABLE, 30);
    story.machine(away).restart();
    await story.until(() => story.events("data-damaged").some(({ host }) => host === leader));
    await story.until(() => story.events("node-joined").some(({ host }) => host === leader));
    await story.quietly(() => story.agree());
  });
});
