import { describe, expect, test } from "vitest";
import { raftReadIndex } from "../../../topologies/raft/raft.ts";
import { RaftStory } from "./support/raft-story.ts";

/** Five machines, of which the first begins by itself. */
const ALONE = { replicas: 4, settings: { founders: 1 } };

/** Hosts of the voters, as whoever leads has them. */
async function voters(story: RaftStory): Promise<string[]> {
  const leader = await story.leader();
  return story.core(leader).configuration.configuration.voters.map((voter) => voter.replace(/#.*/, ""));
}

test("a person lets a cluster grow from one node to five and shrink back, and nothing is lost", async () => {
  const story = new RaftStory(raftReadIndex, ALONE);
  let written = 0;
  const put = (): Promise<unknown> => story.quietly(() => story.write(`k${written++ % 7}`, `v${written}`));
  await story.tell(async () => {
    expect(await voters(story)).toEqual(["node-1"]);
    await put();
    for (const node of ["node-2", "node-3", "node-4", "node-5"]) {
      expect(await story.operate("add-node", node)).toBe("done");
      await put();
    }
    expect(await voters(story)).toHaveLength(5);
    await story.agree();
    for (const node of ["node-1", "node-2", "node-4", "node-5"]) {
      expect(await story.operate("remove-node", node)).toBe("done");
      await put();
    }
    expect(await voters(story)).toEqual(["node-3"]);
    await story.until(() => story.state("node-1")?.fields["spare"] === true);
    await story.agree();
    expect(await story.operate("add-node", "node-1")).toBe("done");
    expect(await voters(story)).toEqual(["node-1", "node-3"]);
    for (let key = 0; key < 7; key++) expect(await story.read(`k${key}`)).toMatch(/^ok "v/);
  });
});

test("the story of a node that is added, leads, and is let go", async () => {
  const story = new RaftStory(raftReadIndex, { replicas: 1, settings: { founders: 1 } });
  const told = await story.tell(async () => {
    await story.write("k", "v");
    await story.operate("add-node", "node-2");
    await story.until(() => story.events("node-joined").length === 1);
    await story.operate("transfer-leader", "node-2");
    await story.until(() => story.state("node-2")?.role === "leader" && story.state("node-2")?.ready === true);
    await story.operate("remove-node", "node-2");
    await story.until(() => story.state("node-2")?.fields["spare"] === true);
    await story.read("k");
  });
  expect(told).toMatchInlineSnapshot(`
    "write k=v: ok at 0/3
    operator: add-node node-2
      node-1 has as voters node-1 node-2#...
      node-1 has as voters node-1, as learners node-2#...
      -> done
      node-2 has a vote again
    operator: transfer-leader node-2
      node-1 drops a message from node-2#...: unexpected
      node-2 leads term 2, from 6 on
      -> done
    operator: remove-node node-2
      node-2 has as voters node-1
      node-2 drops a message from node-1: unexpected
      node-1 leads term 3, from 8 on
      node-2 was let go, and gives up what it has
      node-2 belongs to no cluster
      -> done
    read k: ok "v" at 0/8"
  `);
});

describe("what makes no sense is refused, with the reason", () => {
  test("a member is not added, one that is none not removed, and the last not at all", async () => {
    await new RaftStory(raftReadIndex, ALONE).tell(async (story) => {
      expect(await story.operate("add-node", "node-1")).toBe("failed: already-member");
      expect(await story.operate("remove-node", "node-2")).toBe("failed: no-member");
      expect(await story.operate("remove-node", "node-1")).toBe("failed: last-voter");
      expect(await story.operate("replace-node", "node-3")).toBe("failed: no-member");
    });
  });

  test("a second change is not begun before the first is done", async () => {
    await new RaftStory(raftReadIndex, ALONE).tell(async (story) => {
      // One that never catches up keeps the next waiting.
      const added = story.operate("add-node", "node-2");
      story.cut(["node-2"], ["node-1", "node-3"]);
      await story.until(() => story.core("node-1").configuration.configuration.learners.length === 1);
      expect(await story.operate("add-node", "node-3")).toBe("failed: change-pending");
      expect(await added).toBe("unknown: under-way");
      expect(await story.operate("remove-node", "node-2")).toBe("done");
      expect(await story.operate("add-node", "node-3")).toBe("done");
    });
  });

  test("a voter is not let go whom the others cannot do without", async () => {
    await new RaftStory(raftReadIndex).tell(async (story) => {
      const [first = "", second = ""] = await story.followers();
      story.machine(first).kill();
      expect(await story.operate("remove-node", second)).toBe("failed: unconfirmed");
      expect(await story.write("k", "v")).toMatch(/^ok/);
      expect(await story.operate("remove-node", first)).toBe("done");
      expect(await voters(story)).toHaveLength(2);
    });
  });

  test("nobody takes another's place where nobody waits", async () => {
    await new RaftStory(raftReadIndex).tell(async (story) => {
      expect(await story.operate("replace-node", "node-2")).toBe("failed: no-spare");
    });
  });
});

test("a lost node is replaced by one that waits", async () => {
  await new RaftStory(raftReadIndex, { replicas: 3, settings: { founders: 3 } }).tell(async (story) => {
    await story.write("k", "v");
    const [lost = ""] = (await story.followers()).filter((node) => node !== "node-4");
    story.machine(lost).powerLoss();
    expect(await story.operate("replace-node", lost)).toBe("done");
    const now = await voters(story);
    expect(now).toHaveLength(3);
    expect(now).toContain("node-4");
    expect(now).not.toContain(lost);
    // It comes back, hears that it was let go, and waits in its turn, with nothing of what it had.
    story.machine(lost).restart();
    await story.until(() => story.state(lost)?.fields["spare"] === true);
    await story.agree();
    const [another = ""] = (await story.followers()).filter((node) => node !== lost);
    expect(await story.operate("replace-node", another)).toBe("done");
    expect(await voters(story)).toContain(lost);
  });
});

test("what a node sends that was let go is dropped, and it comes back as somebody else only", async () => {
  const story = new RaftStory(raftReadIndex);
  await story.tell(async () => {
    const [away = "", other = ""] = await story.followers();
    const leader = await story.leader();
    // It hears neither that it was let go nor of the leader, but is heard.
    const cut = story.cut([away], [other, leader]);
    expect(await story.operate("remove-node", away)).toBe("done");
    const { term } = story.core(leader);
    await story.sleep(2000);
    cut.remove();
    await story.until(() => story.state(away)?.fields["spare"] === true);
    expect(story.core(leader).term).toBe(term);
    const dropped = story.events("message-dropped").filter(({ data }) => data["reason"] === "removed-member");
    expect(new Set(dropped.map(({ data }) => data["from"]))).toEqual(new Set([away]));
    expect(story.core(away).id).not.toBe(away);
    expect(await story.operate("add-node", away)).toBe("done");
    await story.agree();
  });
});
