import { describe, expect, it } from "vitest";
import { MILLISECOND, SECOND } from "../../../host/time.ts";
import { NamedStream } from "../../../sim/random.ts";
import { drawLongTailed } from "../../../sim/network/latency.ts";
import { RetainedTrace } from "../../../sim/trace.ts";
import { bytesOf, World } from "./support/world.ts";

async function fingerprintOf(seed: string, content: number, extra: boolean): Promise<string> {
  const world = new World({ seed });
  for (const name of ["b", "c"]) {
    world.host(name, async (host) => {
      const socket = host.net.bind(7000);
      for (;;) await socket.receive();
    });
  }
  world.host("a", async (host) => {
    const socket = host.net.bind(7000);
    await host.clock.sleep(10 * MILLISECOND);
    socket.send({ host: "b", port: 7000 }, bytesOf(content));
    if (extra) socket.send({ host: "c", port: 7000 }, bytesOf(1));
  });
  return (await world.run()).fingerprint;
}

describe("the fingerprint", () => {
  it("covers what was sent and to whom", async () => {
    const one = await fingerprintOf("1", 1, false);
    expect(await fingerprintOf("1", 1, false)).toBe(one);
    expect(await fingerprintOf("1", 2, false)).not.toBe(one);
    expect(await fingerprintOf("2", 1, false)).not.toBe(one);
    expect(await fingerprintOf("1", 1, true)).not.toBe(one);
  });
});

describe("a link's draws", () => {
  it("are its own: traffic elsewhere shifts nothing", async () => {
    const delaysOf = async (others: number): Promise<number[]> => {
      const world = new World({ scheduler: { delay: () => 0 }, net: { hostBandwidth: 1_000_000_000_000 } });
      const delays: number[] = [];
      for (const name of ["b", "c"]) {
        world.host(name, async (host) => {
          const socket = host.net.bind(7000);
          for (;;) {
            await socket.receive();
            if (name === "b") delays.push(world.now % SECOND);
          }
        });
      }
      world.host("a", async (host) => {
        const socket = host.net.bind(7000);
        for (let n = 0; n < 20; n++) {
          await host.clock.sleep(SECOND - (world.now % SECOND));
          for (let other = 0; other < others; other++) socket.send({ host: "c", port: 7000 }, bytesOf(n));
          socket.send({ host: "b", port: 7000 }, bytesOf(n));
        }
      });
      await world.run();
      return delays;
    };
    const alone = await delaysOf(0);
    expect(new Set(alone).size).toBeGreaterThan(15);
    expect(await delaysOf(3)).toEqual(alone);
  });

  it("of latency have the mean that was asked for, and a long tail", () => {
    const random = new NamedStream("latency");
    const draws = Array.from({ length: 200_000 }, () => drawLongTailed(random, 1000));
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    expect(mean).toBeGreaterThan(980);
    expect(mean).toBeLessThan(1020);
    expect(draws.every((draw) => Number.isSafeInteger(draw) && draw >= 0)).toBe(true);
    const above = (limit: number): number => draws.filter((draw) => draw > limit).length / draws.length;
    expect(above(1000)).toBeGreaterThan(0.3);
    expect(above(1000)).toBeLessThan(0.45);
    expect(above(5000)).toBeGreaterThan(0.001);
    expect(above(5000)).toBeLessThan(0.02);
  });
});

describe("counters", () => {
  it("count packets and bytes of each direction, headers included", async () => {
    const world = new World();
    world.host("b", async (host) => {
      const socket = host.net.bind(7000);
      for (;;) {
        const { from } = await socket.receive();
        socket.send(from, new Uint8Array(10));
      }
    });
    world.host("a", async (host) => {
      const socket = host.net.bind(7000);
      await host.clock.sleep(10 * MILLISECOND);
      for (let n = 0; n < 5; n++) socket.send({ host: "b", port: 7000 }, new Uint8Array(100));
    });
    await world.run();
    const { network } = world;
    expect(network.counters({ from: "a", to: "b" })).toMatchObject({ sent: 5, sentBytes: 5 * 142, delivered: 5 });
    expect(network.counters({ from: "b", to: "a" })).toMatchObject({ sent: 5, sentBytes: 5 * 52, deliveredBytes: 260 });
    expect(network.counters({ host: "a" })).toMatchObject({ sent: 10, sentBytes: 970 });
    expect(network.counters()).toMatchObject({ sent: 10, delivered: 10, dropped: 0, underWay: 0 });
    expect(network.counters({ host: "c" })).toMatchObject({ sent: 0, sentBytes: 0 });
  });
});

describe("the trace", () => {
  it("leads from a receipt to the sending, also for what waited in a buffer or a window", async () => {
    const trace = new RetainedTrace();
    const world = new World({ trace, net: { connections: { receiveWindow: 500, sendBuffer: 100_000 } } });
    world.host("server", async (host) => {
      const connection = await host.net.listen(80).accept();
      await host.clock.sleep(SECOND);
      for (let n = 0; n < 10; n++) host.trace({ kind: "got", n: (await connection.receive())?.[0] });
    });
    world.host("client", async (host) => {
      await host.clock.sleep(10 * MILLISECOND);
      const connection = await host.net.connect({ host: "server", port: 80 });
      for (let n = 0; n < 10; n++) {
        await host.clock.sleep(MILLISECOND);
        host.trace({ kind: "put", n });
        void connection.send(bytesOf(n, ...new Array<number>(200).fill(0)));
      }
    });
    await world.run();
    const eventOf = (kind: string, n: number): number =>
      trace.records.find((record) => record.data.kind === kind && record.data["n"] === n)?.event ?? -1;
    for (let n = 0; n < 10; n++) {
      expect(trace.causalPast(eventOf("got", n))).toContain(eventOf("put", n));
    }
    expect(trace.causalPast(eventOf("got", 0))).not.toContain(eventOf("put", 9));
  });
});

describe("a device's packets", () => {
  it("take the same links, and suffer the same rules and faults", async () => {
    const world = new World();
    const arrived: [string, number][] = [];
    const send = (label: string, from: string, to: string): void => {
      world.network.carry(from, to, 1000, () => {
        arrived.push([label, Math.floor(world.now / SECOND)]);
      });
    };
    world.at(SECOND, () => {
      send("plain", "a", "disk");
      const guard = world.network.override({ from: "a" }, { duplication: 1_000_000 });
      send("twice", "a", "disk");
      guard.remove();
      world.network.override({ from: "b" }, { loss: 1_000_000 });
      send("lost", "b", "disk");
      const clog = world.network.clog({ from: "a" });
      send("held", "a", "disk");
      world.at(SECOND, () => {
        clog.remove();
      });
    });
    await world.run();
    expect(arrived.sort(([a], [b]) => (a < b ? -1 : 1))).toEqual([
      ["held", 2],
      ["plain", 1],
      ["twice", 1],
      ["twice", 1],
    ]);
    expect(world.network.counters({ to: "disk" }).sentBytes).toBe(4 * 1054);
  });
});
