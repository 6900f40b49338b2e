import { describe, expect, test } from "vitest";
import { Codec } from "../../../host/codec.ts";
import { MILLISECOND } from "../../../host/time.ts";
import { CONTROL_PORT } from "../../../topologies/raft/control-protocol.ts";
import { MessageCodec } from "../../../topologies/raft/core/message-codec.ts";
import { encodeFrame } from "../../../topologies/raft/frames.ts";
import { DiskQueue } from "../../../topologies/raft/disk-queue.ts";
import { clusterOf } from "../../../topologies/raft/members.ts";
import { defaultRaftParts } from "../../../topologies/raft/parts.ts";
import { raft, raftAsWritten, raftLeader, raftLease, raftReadIndex } from "../../../topologies/raft/raft.ts";
import { encodePart, SNAPSHOT_PORT } from "../../../topologies/raft/snapshot-protocol.ts";
import { StateMachine } from "../../../topologies/raft/state-machine.ts";
import { StateFile } from "../../../topologies/raft/state-file.ts";
import { MESSAGE_PORT } from "../../../topologies/raft/transport.ts";
import { RaftStory } from "./support/raft-story.ts";

const NODES = ["node-1", "node-2", "node-3"];

/** Follows a log so short that whoever was away must be sent all data. */
const SHORT_LOG = { keptBytes: 2_048, segmentBytes: 512, chunkBytes: 512 };

async function cutPower(story: RaftStory): Promise<void> {
  for (const node of NODES) story.machine(node).powerLoss();
  for (const node of NODES) story.machine(node).restart();
  await story.ready();
}

describe("what is acknowledged is durable on a majority", () => {
  test("so that a loss of power everywhere takes nothing back", async () => {
    await new RaftStory(raftReadIndex).tell(async (story) => {
      for (let round = 0; round < 5; round++) {
        expect(await story.write("k", `${round}`)).toMatch(/^ok/);
        await cutPower(story);
        expect(await story.read("k")).toMatch(new RegExp(`^ok "${round}"`));
      }
    });
  });

  test("which takes a sync before the answer: without it the same loses writes", async () => {
    class Unsynced extends DiskQueue {
      protected override makeDurable(): Promise<void> {
        return Promise.resolve();
      }
    }
    const careless = raft({
      id: "careless",
      summary: "acknowledges before it syncs",
      settings: {},
      promises: [],
      parts: { ...defaultRaftParts, DiskQueue: Unsynced },
    });
    let lost = 0;
    const story = new RaftStory({ ...careless, invariants: [] });
    await story
      .tell(async () => {
        for (let round = 0; round < 5; round++) {
          await story.write("k", `${round}`);
          await cutPower(story);
          if (!(await story.read("k")).startsWith(`ok "${round}"`)) lost++;
        }
      })
      .catch(() => lost++);
    expect(lost).toBeGreaterThan(0);
  });
});

describe("term and vote survive", () => {
  test("a restart, and a loss of power", async () => {
    await new RaftStory(raftReadIndex).tell(async (story) => {
      for (const down of ["kill", "powerLoss"] as const) {
        const before = new Map(NODES.map((node) => [node, story.core(node).durable]));
        for (const node of NODES) story.machine(node)[down]();
        for (const node of NODES) story.machine(node).restart();
        await story.until(
          () => [...story.cluster.inspect().values()].filter(({ role }) => role !== "none").length === 3,
        );
        for (const node of NODES) {
          const { term, vote } = before.get(node) as { term: number; vote: string | undefined };
          const now = story.core(node);
          expect(now.term).toBeGreaterThanOrEqual(term);
          if (now.term === term) expect(now.vote).toBe(vote);
        }
        await story.ready();
      }
    });
  });

  test("which takes the name of the file to be durable: without that a vote is forgotten", async () => {
    class Forgetful extends StateFile {
      protected override syncName(): Promise<void> {
        return Promise.resolve();
      }
    }
    const forgetful = raft({
      id: "forgetful",
      summary: "does not make the file's name durable",
      settings: {},
      promises: [],
      parts: { ...defaultRaftParts, StateFile: Forgetful },
    });
    const story = new RaftStory(forgetful);
    const told = story.tell(async () => {
      for (let round = 0; round < 5; round++) {
        story.machine(await story.leader()).kill();
        await story.leader();
        await cutPower(story);
      }
    });
    await expect(told).rejects.toThrow();
  });
});

describe("a command is carried out once", () => {
  const increment = { op: "increment", key: "c", delta: 1 } as const;

  test("however often it is sent, to whomever, and over a copy of all data", async () => {
    const settings = SHORT_LOG;
    await new RaftStory(raftReadIndex, { settings }).tell(async (story) => {
      const first = await story.leader();
      const opened = await story.request(first, { op: "txn", steps: [] }, { session: 0 });
      const session = opened?.ok === true ? (opened.value as number) : 0;
      const terms = { session, sequence: 1, received: 1, relay: true };
      const [away = "", other = ""] = await story.followers();
      story.machine(away).kill();
      const once = await story.request(first, increment, terms);
      expect(once).toMatchObject({ ok: true });
      expect(await story.request(other, increment, terms)).toEqual(once);
      await story.quietly(async () => {
        for (let round = 0; round < 60; round++) await story.write(`k${round % 5}`, "v".repeat(200));
      });
      story.machine(away).restart();
      await story.agree();
      expect(story.events("full-sync-installed").map(({ host }) => host)).toContain(away);
      expect(await story.operate("transfer-leader", away)).toBe("done");
      await story.until(() => story.state(away)?.role === "leader" && story.state(away)?.ready === true);
      expect(await story.request(away, increment, terms)).toEqual(once);
      expect(await story.execute("read c", { op: "read-counter", key: "c" })).toMatch(/^ok 1 /);
      // The session has gone on: what comes late is not carried out.
      expect(await story.request(away, increment, { ...terms, sequence: 3, received: 3 })).toMatchObject({ ok: true });
      expect(await story.request(away, increment, { ...terms, sequence: 2, received: 2 })).toMatchObject({
        ok: false,
        code: "session-stale",
      });
      expect(await story.execute("read c", { op: "read-counter", key: "c" })).toMatch(/^ok 2 /);
      await story.agree();
    });
  });

  test("and not at all once its session was forgotten", async () => {
    await new RaftStory(raftReadIndex, { settings: { sessions: 2 } }).tell(async (story) => {
      const leader = await story.leader();
      const open = async (): Promise<number> => {
        const reply = await story.request(leader, { op: "txn", steps: [] }, { session: 0 });
        return reply?.ok === true ? (reply.value as number) : 0;
      };
      const session = await open();
      const terms = { session, sequence: 1, received: 1 };
      expect(await story.request(leader, increment, terms)).toMatchObject({ ok: true });
      await open();
      await open();
      expect(await story.request(leader, increment, terms)).toMatchObject({ ok: false, code: "session-expired" });
      expect(await story.execute("read c", { op: "read-counter", key: "c" })).toMatch(/^ok 1 /);
      await story.agree();
    });
  });

  test("which takes the session to be looked at: without that a retry counts twice", async () => {
    class Repeating extends StateMachine {
      protected override isNew(): boolean {
        return true;
      }
    }
    const repeating = raft({
      id: "repeating",
      summary: "carries out what it has carried out",
      settings: {},
      promises: [],
      parts: { ...defaultRaftParts, StateMachine: Repeating },
    });
    await new RaftStory(repeating).tell(async (story) => {
      const leader = await story.leader();
      const opened = await story.request(leader, { op: "txn", steps: [] }, { session: 0 });
      const terms = { session: opened?.ok === true ? (opened.value as number) : 0, sequence: 1, received: 1 };
      await story.request(leader, increment, terms);
      await story.request(leader, increment, terms);
      expect(await story.execute("read c", { op: "read-counter", key: "c" })).toMatch(/^ok 2 /);
    });
  });
});

test("what is no message of this cluster is dropped, with a word of why", async () => {
  const story = new RaftStory(raftReadIndex);
  const told = await story.tell(async () => {
    const codec = new Codec();
    const cluster = clusterOf(story.cluster.config);
    const own = new MessageCodec(codec, cluster);
    const foreign = new MessageCodec(codec, "another");
    const heartbeat = { kind: "heartbeat", from: "node-9", to: "node-1", term: 99, commit: 0, round: 1 } as const;
    const sound = encodeFrame([own.encode({ ...heartbeat, to: "node-7" })]);
    const damaged = sound.slice();
    damaged[damaged.length - 1] = (damaged.at(-1) as number) ^ 1;
    for (const [what, bytes] of [
      ["bytes of another protocol", new Uint8Array([1, 2, 3])],
      ["a frame with a bit flipped", damaged],
      ["a message of another cluster", encodeFrame([foreign.encode(heartbeat)])],
      ["a message of a newer build", encodeFrame([codec.encode([99, cluster, 0, "node-9", "node-1", 1])])],
      ["a message of an unknown kind", encodeFrame([codec.encode([1, cluster, 77, "node-9", "node-1", 1])])],
      ["a message for another node", sound],
    ] as const) {
      story.say(what);
      const connection = await story.host.net.connect({ host: "node-1", port: MESSAGE_PORT });
      await connection.send(bytes);
      await story.sleep(5);
      connection.close();
    }
    expect(await story.quietly(() => story.write("k", "v"))).toMatch(/^ok/);
  });
  expect(told).toMatchInlineSnapshot(`
    "bytes of another protocol
      node-1 drops a frame from client: foreign
    a frame with a bit flipped
      node-1 drops a frame from client: corrupt
    a message of another cluster
      node-1 drops a message from client: other-cluster
    a message of a newer build
      node-1 drops a message from client: newer-version
    a message of an unknown kind
      node-1 drops a message from client: unknown-kind
    a message for another node
      node-1 drops a message from node-9: not-addressed"
  `);
});

test("what is asked of a node, or sent it as a copy of all data, is refused from strangers in the same way", async () => {
  const story = new RaftStory(raftReadIndex);
  const told = await story.tell(async () => {
    const codec = new Codec();
    const cluster = clusterOf(story.cluster.config);
    const join = { ask: "join", member: "node-3#9-9", version: 1, of: cluster };
    for (const [what, bytes] of [
      ["a request that is none", new Uint8Array([1, 2, 3])],
      ["a request of another cluster, whose nodes have the same names", codec.encode({ ...join, of: "another" })],
      ["a request of a newer build", codec.encode({ ...join, version: 2 })],
      ["a request of an unknown kind", codec.encode({ ...join, ask: "rule" })],
      ["a request without its subject", codec.encode({ ...join, member: 7 })],
    ] as const) {
      story.say(what);
      await story.host.net.request({ host: "node-1", port: CONTROL_PORT }, bytes, { deadline: 100 * MILLISECOND });
    }
    const begin = {
      kind: "begin",
      from: "node-9",
      to: "node-1",
      term: 99,
      index: 99,
      indexTerm: 99,
      configuration: { voters: ["node-9"], learners: [], removed: [] },
      digest: "",
      files: [],
    } as const;
    for (const [what, bytes] of [
      ["a copy of another cluster", encodePart(codec, "another", begin)],
      ["a copy of a newer build", codec.encode([99, cluster, begin])],
      ["a copy for another node", encodePart(codec, cluster, { ...begin, to: "node-2" })],
      ["a copy that begins in the middle", encodePart(codec, cluster, { kind: "end", checksums: [] })],
    ] as const) {
      story.say(what);
      const connection = await story.host.net.connect({ host: "node-1", port: SNAPSHOT_PORT });
      await connection.send(bytes);
      await story.sleep(5);
      connection.close();
    }
    expect(await story.quietly(() => story.write("k", "v"))).toMatch(/^ok/);
    await story.quietly(() => story.agree());
  });
  expect(told).toMatchInlineSnapshot(`
    "a request that is none
      node-1 refuses a request: malformed
    a request of another cluster, whose nodes have the same names
      node-1 refuses a request: other-cluster
    a request of a newer build
      node-1 refuses a request: newer-version
    a request of an unknown kind
      node-1 refuses a request: unknown-kind
    a request without its subject
      node-1 refuses a request: malformed
    a copy of another cluster
      node-1 drops a message from client: malformed
    a copy of a newer build
      node-1 drops a message from client: malformed
    a copy for another node
      node-1 drops a message from client: malformed
    a copy that begins in the middle
      node-1 drops a message from client: malformed"
  `);
});

test("a node that has lost its disk comes back as another member, and votes only once it has all", async () => {
  const story = new RaftStory(raftReadIndex);
  const told = await story.tell(async () => {
    await story.quietly(async () => {
      for (let round = 0; round < 20; round++) await story.write(`k${round}`, "v");
    });
    const [lost = ""] = await story.followers();
    story.say(`${lost} loses its disk`);
    story.machine(lost).wipe();
    story.machine(lost).restart();
    await story.until(() => story.events("node-joined").length === 1);
    const { voters, learners, removed } = story.core(lost).configuration.configuration;
    expect(voters).toHaveLength(3);
    expect(learners).toEqual([]);
    expect(removed).toEqual([lost]);
    await story.agree();
  });
  expect(told).toMatchInlineSnapshot(`
    "node-2 loses its disk
      node-2 has lost its disk, and comes as another
      node-1 has as voters node-1 node-2 node-3, as learners node-2#...
      node-2 drops a message from node-1: not-addressed
      node-1 has as voters node-1 node-2#... node-3
      node-1 has as voters node-1 node-3, as learners node-2#...
      node-2 has a vote again"
  `);
});

test("a follower that was away for longer than the log goes back is sent all data while writes go on", async () => {
  const story = new RaftStory(raftReadIndex, { settings: SHORT_LOG });
  const told = await story.tell(async () => {
    const [away = ""] = await story.followers();
    story.say(`${away} is killed, and much is written`);
    story.machine(away).kill();
    await story.quietly(async () => {
      for (let round = 0; round < 60; round++) await story.write(`k${round % 7}`, "v".repeat(200));
      await story.execute("delete k1", { op: "delete", key: "k1" });
    });
    story.say(`${away} comes back`);
    story.machine(away).restart();
    await story.quietly(async () => {
      const isThere = (): boolean => story.events("full-sync-installed").length > 0;
      for (let round = 0; round < 200 && !isThere(); round++) await story.write(`k${2 + (round % 5)}`, "w");
    });
    await story.ready();
    expect(story.events("full-sync-installed").map(({ host }) => host)).toEqual([away]);
    await story.agree();
  });
  expect(told).toMatchInlineSnapshot(`
    "node-2 is killed, and much is written
    node-2 comes back"
  `);
});

describe("reads from a leader that was replaced and does not know", () => {
  /** Cuts the leader off with the client beside it, until the others have written. @returns what the old leader answers */
  async function staleRead(topology: typeof raftReadIndex): Promise<string> {
    let answer = "";
    await new RaftStory(topology).tell(async (story) => {
      await story.write("k", "old");
      const old = await story.leader();
      const others = NODES.filter((node) => node !== old);
      const cut = story.cut([old], others);
      const isNew = (): boolean => others.some((node) => story.state(node)?.role === "leader");
      // As soon as another leads: the old one gives up when it has heard of nobody for an election time-out.
      for (let round = 0; round < 1000 && !isNew(); round++) await story.sleep(1);
      const reply = await story.request(old, { op: "read", key: "k" }, {});
      answer = reply === undefined ? "none" : reply.ok ? JSON.stringify(reply.value) : reply.code;
      cut.remove();
    });
    return answer;
  }

  test("are refused with ReadIndex", async () => {
    expect(await staleRead(raftReadIndex)).toBe("unconfirmed");
  });

  test("are refused with a lease", async () => {
    expect(await staleRead(raftLease)).toBe("unconfirmed");
  });
});

test("the leader mode answers by itself, and the mode as written from any node, and before anything is agreed on", async () => {
  await new RaftStory(raftLeader).tell(async (story) => {
    const [follower = ""] = await story.followers();
    await story.write("k", "v");
    const leader = await story.leader();
    expect(await story.request(leader, { op: "read", key: "k" }, {})).toMatchObject({ ok: true, value: "v" });
    expect(await story.request(follower, { op: "read", key: "k" }, {})).toMatchObject({ ok: false, primary: leader });
  });
  await new RaftStory(raftAsWritten).tell(async (story) => {
    const leader = await story.leader();
    const others = await story.followers();
    const cut = story.cut([leader], others);
    expect(await story.request(leader, { op: "write", key: "k", value: "v" }, {})).toMatchObject({ ok: true });
    for (const node of NODES) {
      expect(await story.request(node, { op: "read", key: "k" }, {})).toMatchObject({ ok: true, value: null });
    }
    cut.remove();
  });
});
