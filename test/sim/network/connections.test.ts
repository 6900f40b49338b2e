import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Host } from "../../../host/host.ts";
import type { Connection } from "../../../host/network.ts";
import type { Machine } from "../../../sim/machine.ts";
import { deliverAfter, PASS } from "../../../sim/network/rule.ts";
import { MICROSECOND, MILLISECOND, SECOND } from "../../../host/time.ts";
import { bytesOf, bytesToNumber, codeOf, numberToBytes, World } from "./support/world.ts";

const SERVER = { host: "server", port: 80 };

/** Accepts connections and does the same with each. */
function serving(use: (connection: Connection, host: Host) => Promise<void>) {
  return async (host: Host): Promise<void> => {
    const listener = host.net.listen(80);
    for (;;) {
      const connection = await listener.accept();
      host.spawn("connection", () => use(connection, host));
    }
  };
}

async function readAll(connection: Connection): Promise<number[]> {
  const read: number[] = [];
  for (;;) {
    const message = await connection.receive();
    if (message === undefined) return read;
    read.push(bytesToNumber(message));
  }
}

describe("connections", () => {
  it("take a round trip to open, and then half of one for a message", async () => {
    const world = new World({ net: { profile: "cross-region" } });
    const at: Record<string, number> = {};
    world.host(
      "server",
      serving(async (connection) => {
        at["accepted"] = world.now;
        await connection.receive();
        at["received"] = world.now;
      }),
    );
    world.host("client", async (host) => {
      await host.clock.sleep(SECOND);
      at["begun"] = world.now;
      const connection = await host.net.connect(SERVER);
      at["connected"] = world.now;
      await connection.send(bytesOf(1));
    });
    await world.run();
    const latency = 35 * MILLISECOND;
    const took = (from: string, to: string): number => ((at[to] ?? 0) - (at[from] ?? 0)) / latency;
    expect(took("begun", "connected")).toBeGreaterThan(2);
    expect(took("begun", "connected")).toBeLessThan(4);
    expect(took("connected", "accepted")).toBeGreaterThan(1);
    expect(took("connected", "received")).toBeGreaterThan(1);
    expect(took("connected", "received")).toBeLessThan(2.5);
  });

  it("bring messages in order, each once, whatever links lose, repeat and reorder", async () => {
    const rates = fc.record({
      seed: fc.integer({ min: 0, max: 1_000_000 }),
      loss: fc.integer({ min: 0, max: 250_000 }),
      duplication: fc.integer({ min: 0, max: 300_000 }),
      reordering: fc.integer({ min: 0, max: 500_000 }),
      count: fc.integer({ min: 1, max: 60 }),
      size: fc.integer({ min: 4, max: 3000 }),
      window: fc.integer({ min: 1, max: 20_000 }),
    });
    let lost = 0;
    let repeated = 0;
    await fc.assert(
      fc.asyncProperty(rates, async ({ seed, loss, duplication, reordering, count, size, window }) => {
        const connections = { receiveWindow: window, sendBuffer: window, timeout: 300 * SECOND, attempts: 8 };
        const world = new World({ seed: String(seed), net: { connections } });
        world.network.override({}, { loss, duplication, reordering });
        let forth: number[] = [];
        const back: number[] = [];
        world.host(
          "server",
          serving(async (connection, host) => {
            const reading = readAll(connection).then((all) => {
              forth = all;
            });
            for (let n = 0; n < count; n++) {
              await connection.send(numberToBytes(n, size));
              if (n % 7 === 0) await host.clock.sleep(MILLISECOND);
            }
            await reading;
            connection.close();
          }),
        );
        world.host("client", async (host) => {
          await host.clock.sleep(10 * MILLISECOND);
          const connection = await host.net.connect(SERVER);
          host.spawn("sender", async () => {
            for (let n = 0; n < count; n++) await connection.send(numberToBytes(n, size));
            for (let n = 0; n < count; n++) back.push(bytesToNumber(await connection.receive()));
            connection.close();
          });
        });
        await world.run();
        const expected = Array.from({ length: count }, (_, n) => n);
        expect(forth).toEqual(expected);
        expect(back).toEqual(expected);
        const counters = world.network.counters();
        expect(counters.underWay).toBe(0);
        lost += counters.droppedBy.loss;
        repeated += counters.duplicated;
      }),
      { numRuns: 150 },
    );
    expect(lost).toBeGreaterThan(300);
    expect(repeated).toBeGreaterThan(300);
  });

  it("share no bytes with their sender", async () => {
    const world = new World();
    world.network.override({}, { duplication: 1_000_000 });
    const sent = bytesOf(1, 2);
    const got: number[][] = [];
    world.host(
      "server",
      serving(async (connection) => {
        const message = await connection.receive();
        got.push([...(message ?? [])]);
        message?.fill(9);
        const second = await connection.receive();
        got.push([...(second ?? [])]);
      }),
    );
    world.host("client", async (host) => {
      const connection = await host.net.connect(SERVER);
      void connection.send(sent);
      sent.fill(7);
      void connection.send(sent);
      await host.clock.sleep(SECOND);
      expect([...sent]).toEqual([7, 7]);
    });
    await world.run();
    expect(got).toEqual([
      [1, 2],
      [7, 7],
    ]);
  });

  it("need one kernel event a message when nothing is lost", async () => {
    const events = async (count: number): Promise<number> => {
      const world = new World();
      world.host(
        "server",
        serving(async (connection) => {
          await readAll(connection);
          connection.close();
        }),
      );
      world.host("client", async (host) => {
        const connection = await host.net.connect(SERVER);
        for (let n = 0; n < count; n++) await connection.send(numberToBytes(n));
        connection.close();
      });
      return (await world.run()).events;
    };
    expect((await events(1000)) - (await events(0))).toBe(1000);
  });

  it("resend a lost message soon when later ones get through, and after the time-out when it was the last", async () => {
    const delayOf = async (after: number): Promise<number> => {
      const world = new World();
      let dropNext = false;
      world.network.addRule((packet) => {
        if (packet.kind !== "data" || !dropNext) return { fate: "pass" };
        dropNext = false;
        return { fate: "drop" };
      });
      let sentAt = 0;
      let receivedAt = 0;
      world.host(
        "server",
        serving(async (connection) => {
          for (let n = 0; n <= after; n++) await connection.receive();
          receivedAt = world.now;
        }),
      );
      world.host("client", async (host) => {
        const connection = await host.net.connect(SERVER);
        dropNext = true;
        sentAt = world.now;
        for (let n = 0; n <= after; n++) await connection.send(numberToBytes(n));
      });
      await world.run();
      return receivedAt - sentAt;
    };
    expect(await delayOf(3)).toBeLessThan(20 * MILLISECOND);
    const alone = await delayOf(0);
    expect(alone).toBeGreaterThan(200 * MILLISECOND);
    expect(alone).toBeLessThan(210 * MILLISECOND);
  });

  it("make a sender wait for a reader that does not read", async () => {
    const world = new World({ net: { connections: { sendBuffer: 20_000, receiveWindow: 50_000 } } });
    let sent = 0;
    let sentWhileIdle = 0;
    let read: number[] = [];
    world.host(
      "server",
      serving(async (connection, host) => {
        await host.clock.sleep(10 * SECOND);
        sentWhileIdle = sent;
        read = await readAll(connection);
      }),
    );
    world.host("client", async (host) => {
      const connection = await host.net.connect(SERVER);
      for (; sent < 500; sent++) await connection.send(numberToBytes(sent, 1000));
      connection.close();
    });
    await world.run();
    // 1,054 bytes each with headers: 48 fill the window and 19 the buffer.
    expect(sentWhileIdle).toBeGreaterThan(60);
    expect(sentWhileIdle).toBeLessThan(75);
    expect(read).toEqual(Array.from({ length: 500 }, (_, n) => n));
  });

  it("move no more than the bandwidth, nor more than a window each round trip", async () => {
    const rateOf = async (bandwidth: number, receiveWindow: number): Promise<number> => {
      const world = new World({ net: { profile: "region", connections: { receiveWindow } } });
      world.network.override({}, { bandwidth });
      let begun = 0;
      let ended = 0;
      world.host(
        "server",
        serving(async (connection) => {
          await readAll(connection);
          ended = world.now;
        }),
      );
      world.host("client", async (host) => {
        const connection = await host.net.connect(SERVER);
        begun = world.now;
        for (let n = 0; n < 100; n++) await connection.send(numberToBytes(n, 10_000));
        connection.close();
      });
      await world.run();
      return 1_000_000 / ((ended - begun) / SECOND);
    };
    const narrow = await rateOf(1_000_000, 1 << 20);
    expect(narrow).toBeGreaterThan(950_000);
    expect(narrow).toBeLessThan(1_000_000);
    // 20 KB each 1.2 ms or so are under 17 MB/s.
    const windowed = await rateOf(1_000_000_000, 20_000);
    expect(windowed).toBeGreaterThan(4_000_000);
    expect(windowed).toBeLessThan(30_000_000);
    expect(await rateOf(1_000_000_000, 1 << 20)).toBeGreaterThan(100_000_000);
  });

  it("deliver what was sent before close(), then the end; later sends fail with EPIPE", async () => {
    const world = new World();
    const outcomes: unknown[] = [];
    world.host(
      "server",
      serving(async (connection) => {
        outcomes.push(await readAll(connection), await readAll(connection));
        connection.close();
        outcomes.push(await connection.receive());
      }),
    );
    world.host("client", async (host) => {
      const connection = await host.net.connect(SERVER);
      for (let n = 0; n < 3; n++) void connection.send(numberToBytes(n));
      const pending = connection.receive();
      connection.close();
      outcomes.push(await codeOf(connection.send(bytesOf(1))), await pending);
    });
    await world.run();
    expect(outcomes).toEqual(["EPIPE", undefined, [0, 1, 2], [], undefined]);
  });

  it("still deliver what a closed end has sent while the other goes on sending", async () => {
    const world = new World();
    let read: number[] = [];
    let code = "";
    world.host(
      "server",
      serving(async (connection) => {
        for (let n = 0; n < 50; n++) void connection.send(numberToBytes(n, 5000));
        connection.close();
        await Promise.resolve();
      }),
    );
    world.host("client", async (host) => {
      const connection = await host.net.connect(SERVER);
      host.spawn("chatter", async () => {
        code = await codeOf(
          (async () => {
            for (;;) {
              await connection.send(bytesOf(1, 1, 1, 1));
              await host.clock.sleep(50 * MICROSECOND);
            }
          })(),
        );
      });
      read = await readAll(connection);
    });
    await world.run();
    expect(read).toEqual(Array.from({ length: 50 }, (_, n) => n));
    expect(code).toBe("ECONNRESET");
  });

  it("fail with ECONNRESET at the peer of a reset() and at its caller", async () => {
    const world = new World();
    const codes: string[] = [];
    world.host(
      "server",
      serving(async (connection, host) => {
        codes.push(await codeOf(connection.receive()));
        await host.clock.sleep(MILLISECOND);
        codes.push(await codeOf(connection.send(bytesOf(1))));
      }),
    );
    world.host("client", async (host) => {
      const connection = await host.net.connect(SERVER);
      const pending = codeOf(connection.receive());
      await host.clock.sleep(10 * MILLISECOND);
      connection.reset();
      codes.push(await pending, await codeOf(connection.send(bytesOf(1))));
    });
    await world.run();
    expect(codes).toEqual(["ECONNRESET", "ECONNRESET", "ECONNRESET", "ECONNRESET"]);
  });

  it("are refused when nobody listens, time out when nobody answers, and unknown hosts are unreachable", async () => {
    const world = new World();
    const found: Record<string, [code: string, seconds: number]> = {};
    world.host("idle");
    world.host("dead").powerLoss();
    world.host("cut");
    world.network.addRule((packet) => (packet.to === "cut" ? { fate: "drop" } : { fate: "pass" }));
    world.host("deaf");
    world.network.addRule((packet) => (packet.from === "deaf" ? { fate: "drop" } : { fate: "pass" }));
    for (const target of ["idle", "dead", "cut", "deaf", "nowhere"]) {
      world.host(`to-${target}`, async (host) => {
        const code = await codeOf(host.net.connect({ host: target, port: 80 }));
        found[target] = [code, world.now / SECOND];
      });
    }
    await world.run();
    const expected: [string, string, number, number][] = [
      ["idle", "ECONNREFUSED", 0.0001, 0.02],
      ["dead", "ETIMEDOUT", 15, 15.1],
      ["cut", "ETIMEDOUT", 15, 15.1],
      ["deaf", "ETIMEDOUT", 15, 15.1],
      ["nowhere", "EHOSTUNREACH", 0.0001, 0.02],
    ];
    for (const [target, code, least, most] of expected) {
      const [foundCode, after] = found[target] ?? ["", 0];
      expect([target, foundCode]).toEqual([target, code]);
      expect(after).toBeGreaterThanOrEqual(least);
      expect(after).toBeLessThan(most);
    }
  });

  it("survive lost packets of their handshake", async () => {
    for (const kind of ["syn", "syn-ack", "ack"] as const) {
      const world = new World();
      let dropped = 0;
      world.network.addRule((packet) => {
        if (packet.kind !== kind || dropped > 0) return { fate: "pass" };
        dropped++;
        return { fate: "drop" };
      });
      let read: number[] = [];
      world.host(
        "server",
        serving(async (connection) => {
          read = await readAll(connection);
        }),
      );
      world.host("client", async (host) => {
        const connection = await host.net.connect(SERVER);
        await connection.send(numberToBytes(4));
        connection.close();
      });
      await world.run();
      expect([kind, dropped, read]).toEqual([kind, 1, [4]]);
      expect(world.now).toBeLessThan(1.1 * SECOND);
    }
  });

  it("that nobody accepts fill the backlog, and then go unanswered", async () => {
    const world = new World({ net: { connections: { backlog: 2 } } });
    const codes: string[] = [];
    world.host("server", async (host) => {
      host.net.listen(80);
      await host.clock.sleep(30 * SECOND);
    });
    for (const name of ["a", "b", "c"]) {
      world.host(name, async (host) => {
        await host.clock.sleep(MILLISECOND);
        codes.push(await codeOf(host.net.connect(SERVER)));
      });
    }
    await world.run();
    expect(codes).toEqual(["fulfilled", "fulfilled", "ETIMEDOUT"]);
  });

  it("given up by their opener leave their place in the backlog", async () => {
    const ends: ((world: World, client: Machine) => void)[] = [
      // The answer comes after the client has given up.
      (world) => world.network.addRule((packet) => (packet.to === "a" ? deliverAfter(3 * SECOND) : PASS)),
      // It comes when the client's machine is off, or is on again and knows of nothing.
      (world, client) => {
        world.network.addRule((packet) => (packet.to === "a" ? deliverAfter(SECOND) : PASS));
        world.at(SECOND / 2, () => {
          client.powerLoss();
        });
      },
      (world, client) => {
        world.network.addRule((packet) => (packet.to === "a" ? deliverAfter(SECOND) : PASS));
        world.at(SECOND / 2, () => {
          client.kill();
        });
      },
    ];
    for (const end of ends) {
      const world = new World({ net: { connections: { backlog: 1, attempts: 0 } } });
      world.host("server", async (host) => {
        host.net.listen(80);
        await host.clock.sleep(30 * SECOND);
      });
      const client = world.host("a", async (host) => {
        await host.clock.sleep(MILLISECOND);
        expect(await codeOf(host.net.connect(SERVER))).toBe("ETIMEDOUT");
      });
      let code = "";
      world.host("b", async (host) => {
        await host.clock.sleep(10 * SECOND);
        code = await codeOf(host.net.connect(SERVER));
      });
      end(world, client);
      await world.run();
      expect(code).toBe("fulfilled");
    }
  });

  it("waiting to be accepted are reset by the listener's close(), and its port is free", async () => {
    const world = new World();
    const codes: string[] = [];
    world.host("server", async (host) => {
      const listener = host.net.listen(80);
      codes.push(await codeOf((async () => host.net.listen(80))()));
      await host.clock.sleep(SECOND);
      listener.close();
      codes.push(await codeOf(listener.accept()));
      host.net.listen(80).close();
    });
    world.host("client", async (host) => {
      await host.clock.sleep(MILLISECOND);
      const connection = await host.net.connect(SERVER);
      codes.push(await codeOf(connection.receive()));
    });
    await world.run();
    expect(codes).toEqual(["EADDRINUSE", "ECONNABORTED", "ECONNRESET"]);
  });
});
