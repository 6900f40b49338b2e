import { describe, expect, test } from "vitest";
import { MILLISECOND, SECOND } from "../../host/time.ts";
import { ClientProtocol, CLIENT_PORT, ProtocolError } from "../../topologies/protocol.ts";
import { inOrder } from "./support/in-order.ts";
import { TestCluster } from "./support/cluster.ts";

const CONFIG = { replicas: 2, engine: { writeBufferBytes: 512, level0CompactionTrigger: 2 } };

describe.each(inOrder.map((topology) => [topology.id, topology] as const))("%s", (_id, topology) => {
  test("places machines of different names, and knows a machine for every role that has a holder", () => {
    const { nodes, sharedDisk } = topology.place(CONFIG);
    const names = [...nodes.map((node) => node.name), ...(sharedDisk === undefined ? [] : [sharedDisk])];
    expect(new Set(names).size).toBe(names.length);
    for (const { mounts } of nodes) if (mounts.includes("shared")) expect(sharedDisk).toBeDefined();
    for (const { holders } of topology.roles) for (const holder of holders(new Map())) expect(names).toContain(holder);
  });

  test("reads on the primary what was written, and nothing once it is deleted", async () => {
    const world = new TestCluster(topology, CONFIG);
    await world.run(async (client) => {
      const primary = { role: "primary", choice: 0 } as const;
      const positions = [];
      for (let round = 0; round < 30; round++) {
        positions.push((await client.write(`k${round % 5}`, `value ${round}`.padEnd(60))).position ?? 0);
      }
      expect(positions).toEqual([...positions].sort((a, b) => a - b));
      expect((await client.read("k3", primary)).value).toBe("value 28".padEnd(60));
      await client.delete("k3");
      expect((await client.read("k3", primary)).value).toBeNull();
      expect((await client.read("never", primary)).value).toBeNull();
    });
  });

  test("keeps what was acknowledged when the primary is killed and started again", async () => {
    const world = new TestCluster(topology, CONFIG);
    const { cluster } = world;
    const [primary] = cluster.machines.values();
    await world.run(async (client, host) => {
      for (let round = 0; round < 20; round++) await client.write(`k${round}`, `value ${round}`.padEnd(80));
      primary?.kill();
      primary?.restart();
      while (!cluster.ready) await host.clock.sleep(10 * MILLISECOND);
      for (let round = 0; round < 20; round++) {
        // The connection from before the kill fails with the first request on it.
        const read = () => client.read(`k${round}`, { role: "primary", choice: 0 });
        const { value } = await read().catch(read);
        expect(value).toBe(`value ${round}`.padEnd(80));
      }
    });
  });

  test("tells a client that nobody answers whether its operation may have happened", async () => {
    const world = new TestCluster(topology, CONFIG);
    const all = [...world.cluster.machines.values()];
    // Where any of several sets of nodes can go on by itself, one node less means nothing.
    const machines = topology.cores(CONFIG, new Map(), new Set()).length > 1 ? all : all.slice(0, 1);
    await world.run(async (client) => {
      await client.write("k", "u");
      for (const machine of machines) machine.pause();
      await expect(client.write("k", "v")).rejects.toMatchObject({ outcome: "unknown", code: "timeout" });
      for (const machine of machines) machine.resume();
      for (const machine of machines) machine.kill();
      await expect(client.write("k", "v")).rejects.toMatchObject({ outcome: "failed", code: "unreachable" });
    });
  });

  test("answers bytes that are no request with a refusal, and goes on", async () => {
    const world = new TestCluster(topology, CONFIG);
    const protocol = new ClientProtocol();
    const [name = ""] = world.cluster.machines.keys();
    await world.run(async (client, host) => {
      for (const bytes of [
        new Uint8Array([1, 2, 3]),
        new Uint8Array(0),
        protocol.encode({ op: "read", key: "k" }).slice(1),
      ]) {
        const reply = await host.net.request({ host: name, port: CLIENT_PORT }, bytes, { deadline: SECOND });
        expect(protocol.decodeReply(reply)).toMatchObject({ ok: false, code: "bad-request" });
      }
      await client.write("k", "v");
    });
  });

  test("ends in good order when told to stop, and its port is free again", async () => {
    const world = new TestCluster(topology, CONFIG);
    const all = [...world.cluster.machines.values()];
    const machines = topology.cores(CONFIG, new Map(), new Set()).length > 1 ? all : all.slice(0, 1);
    await world.run(async (client, host) => {
      await client.write("k", "v");
      for (const machine of machines) machine.requestStop();
      while (machines.some((machine) => !machine.mainFinished)) await host.clock.sleep(MILLISECOND);
      await expect(client.write("k", "w")).rejects.toMatchObject({ outcome: "failed" });
    });
    expect(world.trace.records.some(({ data }) => data.kind === "database-closed")).toBe(true);
  });
});

describe("the protocol between clients and nodes", () => {
  const protocol = new ClientProtocol();

  test("carries requests and replies unchanged", () => {
    const requests = [
      { op: "read", key: "k" },
      { op: "write", key: "键", value: "" },
      { op: "delete", key: "" },
    ] as const;
    for (const operation of requests) {
      expect(protocol.decodeRequest(protocol.encodeRequest(operation, {}))).toEqual({ operation, terms: {} });
    }
    const replies = [
      { ok: true, value: null, position: 7 },
      { ok: true, value: "v", position: null },
      { ok: false, outcome: "failed", code: "c", message: "m" },
      { ok: true, value: [["k", 1], { a: [null, true] }], position: 1 },
    ] as const;
    for (const reply of replies) expect(protocol.decodeReply(protocol.encode(reply))).toEqual(reply);
  });

  test("refuses what is neither", () => {
    const reply = protocol.encode({ ok: true, value: null, position: null });
    expect(() => protocol.decodeRequest(reply)).toThrow(ProtocolError);
    expect(() => protocol.decodeReply(protocol.encode({ op: "read", key: "k" }))).toThrow(ProtocolError);
    expect(() => protocol.decodeReply(new Uint8Array([0xc1]))).toThrow(ProtocolError);
  });
});
