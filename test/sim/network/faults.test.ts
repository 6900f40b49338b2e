import { describe, expect, it } from "vitest";
import type { Host } from "../../../host/host.ts";
import { MILLISECOND, SECOND } from "../../../host/time.ts";
import { bridge, isolate, oneWay, partition, ring } from "../../../sim/network/partition.ts";
import { deliverAfter, PASS, type Rule } from "../../../sim/network/rule.ts";
import { bytesOf, bytesToNumber, codeOf, numberToBytes, World } from "./support/world.ts";

/** Which of the hosts reach which under a rule, as "ab ba". Every pair of different hosts is tried. */
async function reachable(names: readonly string[], rule: Rule): Promise<string> {
  const world = new World();
  world.network.addRule(rule);
  const pairs: string[] = [];
  for (const name of names) {
    world.host(name, async (host) => {
      const socket = host.net.bind(7000);
      await host.clock.sleep(10 * MILLISECOND);
      for (const other of names) if (other !== name) socket.send({ host: other, port: 7000 }, bytesOf(1));
      for (;;) pairs.push((await socket.receive()).from.host + name);
    });
  }
  await world.run();
  return pairs.sort().join(" ");
}

describe("partitions", () => {
  it("split hosts into groups, and leave others alone", async () => {
    expect(await reachable(["a", "b", "c", "x"], partition(["a", "b"], ["c"]))).toBe("ab ax ba bx cx xa xb xc");
    expect(await reachable(["a", "b", "c"], partition(["a"], ["b"], ["c"]))).toBe("");
    expect(() => partition(["a", "b"], ["b"])).toThrow("host 'b' is in two groups");
  });

  it("can be one-way", async () => {
    expect(await reachable(["a", "b", "c"], oneWay(["a"], ["b", "c"]))).toBe("ba bc ca cb");
  });

  it("can isolate a host, or only its sending or its hearing", async () => {
    expect(await reachable(["a", "b", "c"], isolate("a"))).toBe("bc cb");
    expect(await reachable(["a", "b"], isolate("a", { incoming: false }))).toBe("ba");
    expect(await reachable(["a", "b"], isolate("a", { outgoing: false }))).toBe("ab");
  });

  it("can leave a bridge between two sides", async () => {
    expect(await reachable(["a", "b", "m", "x"], bridge(["a", "b"], ["m"], ["x"]))).toBe("ab am ba bm ma mb mx xm");
    expect(() => bridge(["a"], ["a"], ["b"])).toThrow("on the bridge and on a side");
  });

  it("can be a ring in which everybody sees a majority, but not the same one", async () => {
    expect(await reachable(["a", "b", "c", "d", "e"], ring(["a", "b", "c", "d", "e"]))).toBe(
      "ab ae ba bc cb cd dc de ea ed",
    );
    expect(await reachable(["a", "b", "c", "d"], ring(["a", "b", "c", "d"], 1))).toBe("ab ad ba bc cb cd da dc");
  });

  it("end when their guard is removed, however often", async () => {
    const world = new World();
    const got: number[] = [];
    world.host("b", async (host) => {
      const socket = host.net.bind(7000);
      for (;;) got.push((await socket.receive()).bytes[0] ?? -1);
    });
    world.host("a", async (host) => {
      const socket = host.net.bind(7000);
      for (let n = 0; n < 3; n++) {
        await host.clock.sleep(SECOND);
        socket.send({ host: "b", port: 7000 }, bytesOf(n));
      }
    });
    const rule = isolate("a");
    const first = world.network.addRule(rule);
    const second = world.network.addRule(rule);
    world.at(1.5 * SECOND, () => {
      first.remove();
      first.remove();
    });
    world.at(2.5 * SECOND, () => {
      second.remove();
    });
    await world.run();
    expect(got).toEqual([2]);
    expect(world.network.counters().droppedBy.rule).toBe(2);
  });
});

describe("rules", () => {
  it("are asked in order; the first that does not pass decides, and deliver() sets the exact delay", async () => {
    const world = new World();
    const asked: string[] = [];
    world.network.override({}, { loss: 1_000_000 });
    world.network.addRule((packet) => {
      asked.push(`first ${packet.from}>${packet.to} ${packet.kind} ${packet.size}`);
      return PASS;
    });
    world.network.addRule(() => deliverAfter(123_456_789));
    world.network.addRule(() => {
      asked.push("third");
      return PASS;
    });
    let sentAt = 0;
    let at = 0;
    world.host("b", async (host) => {
      await host.net.bind(7000).receive();
      at = world.now;
    });
    world.host("a", async (host) => {
      await host.clock.sleep(SECOND);
      sentAt = world.now;
      host.net.bind(7000).send({ host: "b", port: 7000 }, bytesOf(1, 2));
    });
    await world.run();
    expect(at - sentAt).toBe(123_456_789);
    expect(asked).toEqual(["first a>b datagram 44"]);
  });
});

describe("clogs", () => {
  async function arrivals(prepare: (world: World) => void): Promise<[number, number][]> {
    const world = new World();
    const got: [number, number][] = [];
    world.host("b", async (host) => {
      const socket = host.net.bind(7000);
      for (;;) {
        const { bytes } = await socket.receive();
        got.push([bytes[0] ?? -1, Math.floor(world.now / SECOND)]);
      }
    });
    world.host("a", async (host) => {
      const socket = host.net.bind(7000);
      for (let n = 1; n <= 5; n++) {
        await host.clock.sleep(SECOND);
        socket.send({ host: "b", port: 7000 }, bytesOf(n));
      }
    });
    prepare(world);
    await world.run();
    expect(world.network.counters().underWay).toBe(0);
    return got;
  }

  it("hold what is sent, for a link or a host, and release it in order", async () => {
    for (const links of [{ from: "a", to: "b" }, { host: "a" }, { host: "b" }, {}]) {
      const got = await arrivals((world) => {
        const clog = world.network.clog(links);
        world.at(3.5 * SECOND, () => {
          clog.remove();
          clog.remove();
        });
      });
      expect(got).toEqual([
        [1, 3],
        [2, 3],
        [3, 3],
        [4, 4],
        [5, 5],
      ]);
    }
  });

  it("do not touch other links or directions", async () => {
    const got = await arrivals((world) => {
      world.network.clog({ from: "b" });
      world.network.clog({ to: "a" });
      world.network.clog({ host: "c" });
    });
    expect(got.map(([n]) => n)).toEqual([1, 2, 3, 4, 5]);
    expect(got.map(([, at]) => at)).toEqual([1, 2, 3, 4, 5]);
  });

  it("add up, and what they held is decided anew by the rules that stand at its release", async () => {
    const got = await arrivals((world) => {
      const first = world.network.clog({ host: "a" });
      const second = world.network.clog({ host: "b" });
      world.at(1.5 * SECOND, () => {
        first.remove();
      });
      const cut = world.network.addRule(isolate("a"));
      world.at(2.5 * SECOND, () => {
        second.remove();
        cut.remove();
      });
    });
    // 1 and 2 were decided at 2.5 s, before the partition ended.
    expect(got).toEqual([
      [3, 3],
      [4, 4],
      [5, 5],
    ]);
  });

  it("make connections stall, and time out when they last", async () => {
    for (const [seconds, expected] of [
      [5, "fulfilled"],
      [60, "ETIMEDOUT"],
    ] as const) {
      const stream = new Stream({ net: { connections: { timeout: 7 * SECOND } } });
      let clog = { remove: (): void => undefined };
      stream.world.at(2 * SECOND, () => {
        clog = stream.world.network.clog({ from: "client", to: "server" });
      });
      stream.world.at((2 + seconds) * SECOND, () => {
        clog.remove();
      });
      await stream.run();
      expect([seconds, stream.outcome]).toEqual([seconds, expected]);
    }
  });
});

/** A client that sends a number every 100 ms for ten seconds to a server that reads. */
class Stream {
  readonly world: World;
  readonly read: [number: number, seconds: number][] = [];
  outcome = "";
  failedAt = 0;
  serverOutcome = "";

  constructor(options: ConstructorParameters<typeof World>[0] = {}) {
    this.world = new World(options);
    this.world.host("server", (host) => this.serve(host));
    this.world.host("client", (host) => this.send(host));
  }

  async run(): Promise<void> {
    await this.world.run({ deadline: 100 * SECOND });
  }

  private async serve(host: Host): Promise<void> {
    const listener = host.net.listen(80);
    for (;;) {
      const connection = await listener.accept();
      this.serverOutcome = await codeOf(
        (async () => {
          for (;;) {
            const message = await connection.receive();
            if (message === undefined) break;
            this.read.push([bytesToNumber(message), this.world.now / SECOND]);
          }
        })(),
      );
    }
  }

  private async send(host: Host): Promise<void> {
    await host.clock.sleep(SECOND);
    this.outcome = await codeOf(
      (async () => {
        const connection = await host.net.connect({ host: "server", port: 80 });
        for (let n = 0; n < 100; n++) {
          await connection.send(numberToBytes(n));
          await host.clock.sleep(SECOND / 10);
        }
        connection.close();
      })(),
    );
    // A failure of a connection shows at the next call.
    this.failedAt = this.world.now / SECOND;
  }
}

describe("connections under faults", () => {
  it("stall in a partition and go on when it heals in time, nothing lost", async () => {
    const stream = new Stream();
    let guard = { remove: (): void => undefined };
    stream.world.at(2 * SECOND, () => {
      guard = stream.world.network.addRule(partition(["client"], ["server"]));
    });
    stream.world.at(9 * SECOND, () => {
      guard.remove();
    });
    await stream.run();
    expect(stream.outcome).toBe("fulfilled");
    expect(stream.serverOutcome).toBe("fulfilled");
    expect(stream.read.map(([n]) => n)).toEqual(Array.from({ length: 100 }, (_, n) => n));
    const during = stream.read.filter(([, at]) => at > 2.01 && at < 9);
    expect(during).toEqual([]);
  });

  it("fail with ETIMEDOUT in a partition that lasts, also a one-way one of either direction", async () => {
    for (const rule of [
      partition(["client"], ["server"]),
      oneWay(["client"], ["server"]),
      oneWay(["server"], ["client"]),
    ]) {
      const stream = new Stream({ net: { connections: { timeout: 5 * SECOND } } });
      stream.world.at(2 * SECOND, () => {
        stream.world.network.addRule(rule);
      });
      await stream.run();
      expect(stream.outcome).toBe("ETIMEDOUT");
      expect(stream.failedAt).toBeGreaterThan(7);
      expect(stream.failedAt).toBeLessThan(7.3);
    }
  });

  it("fail with ETIMEDOUT when the path gets slower than their patience, and bear with one that does not", async () => {
    for (const [delay, outcome] of [
      [3, "fulfilled"],
      [12, "ETIMEDOUT"],
    ] as const) {
      const stream = new Stream({ net: { connections: { timeout: 5 * SECOND } } });
      stream.world.at(2 * SECOND, () => {
        stream.world.network.addRule((packet) => (packet.kind === "data" ? deliverAfter(delay * SECOND) : PASS));
      });
      await stream.run();
      expect([delay, stream.outcome]).toEqual([delay, outcome]);
      if (outcome === "fulfilled") expect(stream.read.length).toBe(100);
    }
  });

  it("go on receiving when only the way back is cut, until the sender gives up", async () => {
    const stream = new Stream({ net: { connections: { timeout: 5 * SECOND } } });
    stream.world.at(2 * SECOND, () => {
      stream.world.network.addRule(oneWay(["server"], ["client"]));
    });
    await stream.run();
    const during = stream.read.filter(([, at]) => at > 2.01);
    // What was sent before the first retransmission went unanswered has arrived; then the sender held back.
    expect(during.length).toBeGreaterThanOrEqual(2);
    expect(during.length).toBeLessThan(10);
    expect(new Set(stream.read.map(([n]) => n)).size).toBe(stream.read.length);
  });

  it("are reset on both ends by a fault between, which says how many it hit", async () => {
    const stream = new Stream();
    const hit: number[] = [];
    stream.world.at(2 * SECOND, () => {
      hit.push(stream.world.network.resetConnections("server", "nobody"));
      hit.push(stream.world.network.resetConnections("nobody"));
      hit.push(stream.world.network.resetConnections("server", "client"));
      hit.push(stream.world.network.resetConnections("server", "client"));
    });
    await stream.run();
    expect(hit).toEqual([0, 0, 1, 0]);
    expect(stream.outcome).toBe("ECONNRESET");
    expect(stream.serverOutcome).toBe("ECONNRESET");
    expect(stream.failedAt).toBeLessThan(2.2);
  });

  it("time out when the window closed and nobody hears that it opened", async () => {
    const world = new World({ net: { connections: { receiveWindow: 1000, sendBuffer: 1000, timeout: 5 * SECOND } } });
    let outcome = "";
    let failedAt = 0;
    world.host("server", async (host) => {
      const connection = await host.net.listen(80).accept();
      await host.clock.sleep(2 * SECOND);
      world.network.addRule(oneWay(["server"], ["client"]));
      for (let n = 0; n < 3; n++) await connection.receive();
    });
    world.host("client", async (host) => {
      await host.clock.sleep(10 * MILLISECOND);
      const connection = await host.net.connect({ host: "server", port: 80 });
      outcome = await codeOf(
        (async () => {
          for (;;) await connection.send(new Uint8Array(100));
        })(),
      );
      failedAt = world.now / SECOND;
    });
    await world.run({ deadline: 60 * SECOND });
    expect(outcome).toBe("ETIMEDOUT");
    expect(failedAt).toBeGreaterThan(7);
    expect(failedAt).toBeLessThan(8);
  });

  it("take properties that are changed on the way, and their old ones back", async () => {
    const world = new World();
    const times: number[] = [];
    world.host("b", async (host) => {
      const socket = host.net.bind(7000);
      for (;;) {
        await socket.receive();
        times.push(world.now % SECOND);
      }
    });
    world.host("a", async (host) => {
      const socket = host.net.bind(7000);
      for (let n = 0; n < 3; n++) {
        await host.clock.sleep(SECOND - (host.clock.monotonic() % SECOND));
        socket.send({ host: "b", port: 7000 }, bytesOf(n));
      }
    });
    const slow = world.network.override({ host: "b" }, { latency: SECOND / 2 });
    const slower = world.network.override({ from: "a" }, { latency: (SECOND / 10) * 7 });
    world.at(1.9 * SECOND, () => {
      slower.remove();
    });
    world.at(2.9 * SECOND, () => {
      slow.remove();
    });
    await world.run();
    expect(times.map((time) => Math.floor((time * 10) / SECOND))).toEqual([7, 5, 0]);
    expect(() => world.network.override({}, { loss: 1_000_001 })).toThrow(
      "a link's loss must be whole parts per million",
    );
  });
});
