import { expect, test } from "vitest";
import { isNetworkError } from "../../../host/network-error.ts";
import { EpochHistory } from "../../../topologies/wal-stream/epoch-history.ts";
import { FrameWriter } from "../../../topologies/wal-stream/frames.ts";
import {
  decodeMessage,
  encodeMessage,
  STREAM_PORT,
  type Hello,
} from "../../../topologies/wal-stream/stream-protocol.ts";
import { walStreamAsync } from "../../../topologies/wal-stream/wal-stream.ts";
import { Story } from "./support/story.ts";

const HELLO: Hello = {
  kind: "hello",
  node: "node-2",
  promised: 1,
  history: new EpochHistory([{ epoch: 1, after: 0 }]),
  last: 0,
  wholeFrom: { epoch: 0, lsn: 0 },
  empty: false,
};

/** A hello as it is sent, to be tampered with. */
function hello(cluster: number, changes: Partial<Hello> = {}): Uint8Array {
  return encodeMessage(new FrameWriter(), cluster, { ...HELLO, ...changes }).slice();
}

/** Sends one message to the primary's stream, and tells what came back. */
async function send(story: Story, what: string, bytes: Uint8Array): Promise<void> {
  story.say(`a stranger sends ${what}`);
  const connection = await story.host.net.connect({ host: "node-1", port: STREAM_PORT });
  await connection.send(bytes);
  try {
    const answer = await connection.receive();
    const { message } = answer === undefined ? { message: undefined } : decodeMessage(answer);
    story.say(`  -> ${message === undefined ? "closed" : message.kind === "refused" ? message.code : message.kind}`);
  } catch (error) {
    if (!isNetworkError(error)) throw error;
    story.say(`  -> ${error.code}`);
  }
  connection.reset();
}

test("foreign, damaged and newer frames, and nodes of another cluster, are refused and told; no data is touched", async () => {
  const story = new Story(walStreamAsync);
  const told = await story.tell(async () => {
    await story.write("k", "a");
    await story.level();
    const cluster = story.state("node-1")?.fields["cluster"] as number;
    await send(story, "what is no frame", new Uint8Array([1, 2, 3]));
    await send(story, "a request of another protocol", new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
    const cut = hello(cluster);
    await send(story, "a frame cut short", cut.slice(0, cut.length - 1));
    const rotten = hello(cluster);
    rotten[rotten.length - 1] = (rotten[rotten.length - 1] as number) ^ 4;
    await send(story, "a frame with a flipped bit", rotten);
    const newer = hello(cluster);
    newer[4] = 2;
    await send(story, "a frame of a newer protocol", newer);
    await send(story, "a replica of another cluster", hello(cluster + 1));
    await send(story, "a replica that nobody configured", hello(cluster, { node: "node-9" }));
    await send(story, "the primary's own name", hello(cluster, { node: "node-1" }));
    await story.agree();
    await story.read("k");
  });
  expect(told).toMatchInlineSnapshot(`
    "  node-1 shows 1
    write k=a: ok at 1/1
    a stranger sends what is no frame
      node-1 refuses a frame from client: foreign
      -> ECONNRESET
    a stranger sends a request of another protocol
      node-1 refuses a frame from client: foreign
      -> ECONNRESET
    a stranger sends a frame cut short
      node-1 refuses a frame from client: cut-short
      -> ECONNRESET
    a stranger sends a frame with a flipped bit
      node-1 refuses a frame from client: corrupt
      -> ECONNRESET
    a stranger sends a frame of a newer protocol
      node-1 refuses a frame from client: newer-version
      -> ECONNRESET
    a stranger sends a replica of another cluster
      node-1 refuses client: foreign-cluster
      -> foreign-cluster
    a stranger sends a replica that nobody configured
      node-1 refuses client: unknown-node
      -> unknown-node
    a stranger sends the primary's own name
      node-1 refuses client: unknown-node
      -> unknown-node
    read k: ok "a" at 1/1"
  `);
});

test("nodes with empty disks found no cluster while one is silent: it may have the data of theirs", async () => {
  const told = await new Story(walStreamAsync).tell(async (story) => {
    await story.write("k", "a");
    await story.level();
    story.say("node-3 is killed; the others are wiped, and come back");
    story.machine("node-3").kill();
    for (const node of ["node-1", "node-2"]) story.machine(node).wipe();
    for (const node of ["node-1", "node-2"]) story.machine(node).restart();
    await story.sleep(1_000);
    story.say("node-3 comes back");
    story.machine("node-3").restart();
    await story.sleep(1_000);
    await story.read("k", { role: "replica", choice: 1 });
    await story.operate("promote", "node-3");
    await story.ready();
    await story.agree();
    await story.read("k", { role: "replica", choice: 0 });
  });
  expect(told).toMatchInlineSnapshot(`
    "  node-1 shows 1
    write k=a: ok at 1/1
    node-3 is killed; the others are wiped, and come back
    node-3 comes back
    read k from replica 1: ok "a" at 1/1
    operator: promote node-3
      node-3 promises epoch 4
      node-3 begins epoch 6 after 1
      node-3 leads epoch 6, from 1 on
      -> done
      node-3 copies all to node-2: it has no data
      node-2 has copied all, up to 1
      node-3 has node-2 streaming at 1
      node-3 copies all to node-1: it has no data
      node-1 has copied all, up to 1
      node-3 has node-1 streaming at 1
    read k from replica 0: ok "a" at 6/1"
  `);
});
