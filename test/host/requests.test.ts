import { describe, expect, it } from "vitest";
import type { Host } from "../../host/host.ts";
import type { RequestHandler } from "../../host/network.ts";
import { MICROSECOND, MILLISECOND, SECOND } from "../../host/time.ts";
import { deliverAfter, PASS } from "../../sim/network/rule.ts";
import { isolate } from "../../sim/network/partition.ts";
import { bytesOf, codeOf, World } from "../sim/network/support/world.ts";

const SERVER = { host: "server", port: 80 };

function server(world: World, handler: (request: Uint8Array, host: Host) => Promise<Uint8Array>) {
  return world.host("server", async (host) => {
    host.net.serve(80, (request) => handler(request, host));
    await Promise.resolve();
  });
}

const echo: RequestHandler = (request) => Promise.resolve(request);

/** A client that begins once the server listens. */
function client(world: World, run: (host: Host) => Promise<void>) {
  return world.host("client", async (host) => {
    await host.clock.sleep(10 * MILLISECOND);
    await run(host);
  });
}

describe("requests", () => {
  it("are answered, each with its own answer, over one connection", async () => {
    const world = new World();
    let slowest = 0;
    server(world, async (request, host) => {
      // Answers come in another order than their requests.
      const wait = (10 - (request[0] ?? 0)) * MILLISECOND;
      await host.clock.sleep(wait);
      slowest = Math.max(slowest, wait);
      return bytesOf((request[0] ?? 0) + 100);
    });
    const answers: number[][] = [];
    client(world, async (host) => {
      const asked = [1, 2, 3, 4, 5].map((n) => host.net.request(SERVER, bytesOf(n), { deadline: SECOND }));
      for (const answer of await Promise.all(asked)) answers.push([...answer]);
    });
    await world.run();
    expect(answers).toEqual([[101], [102], [103], [104], [105]]);
    // Three packets of the handshake and five requests; five answers and one of the handshake.
    expect(world.network.counters({ from: "client" }).sent).toBe(2 + 5);
    expect(world.network.counters({ from: "server" }).sent).toBe(1 + 5);
  });

  it("cost two kernel events each, once connected", async () => {
    const events = async (count: number): Promise<number> => {
      const world = new World();
      server(world, echo as never);
      client(world, async (host) => {
        for (let n = 0; n < count; n++) await host.net.request(SERVER, bytesOf(1), { deadline: SECOND });
      });
      return (await world.run()).events;
    };
    expect((await events(1001)) - (await events(1))).toBe(2000);
  });

  it("carry payloads of any length, the empty one included", async () => {
    const world = new World();
    server(world, echo as never);
    let checked = 0;
    client(world, async (host) => {
      const sizes = [0, 1, 1019, 1020, 1021, 5000, 70_000, 2_000_000, 3];
      const asked = sizes.map((size) =>
        host.net.request(SERVER, new Uint8Array(size).fill(size & 255), { deadline: 5 * SECOND }),
      );
      for (const [index, answer] of (await Promise.all(asked)).entries()) {
        expect(answer.length).toBe(sizes[index]);
        expect(answer.every((byte) => byte === ((sizes[index] ?? 0) & 255))).toBe(true);
        checked++;
      }
      for (const size of sizes) {
        const answer = await host.net.request(SERVER, new Uint8Array(size).fill(size & 255), { deadline: 5 * SECOND });
        expect(answer.length).toBe(size);
        expect(answer.every((byte) => byte === (size & 255))).toBe(true);
        checked++;
      }
    });
    await world.run();
    expect(checked).toBe(18);
  });

  it("share no bytes between asker and answerer", async () => {
    const world = new World();
    const kept: Uint8Array[] = [];
    server(world, (request) => {
      kept.push(request);
      return Promise.resolve(request);
    });
    client(world, async (host) => {
      const request = bytesOf(1, 2);
      const pending = host.net.request(SERVER, request, { deadline: SECOND });
      request.fill(9);
      const answer = await pending;
      kept[0]?.fill(7);
      expect([...answer]).toEqual([1, 2]);
      expect([...request]).toEqual([9, 9]);
    });
    await world.run();
  });

  it("fail with ETIMEDOUT at their deadline and not before; a late answer is dropped; nothing is sent twice", async () => {
    const world = new World();
    const handled: number[] = [];
    server(world, async (request, host) => {
      handled.push(request[0] ?? -1);
      if (request[0] === 1) await host.clock.sleep(SECOND);
      return request;
    });
    client(world, async (host) => {
      await host.net.request(SERVER, bytesOf(0), { deadline: SECOND });
      const begun = host.clock.monotonic();
      const slow = codeOf(host.net.request(SERVER, bytesOf(1), { deadline: 200 * MILLISECOND }));
      // Another on the same connection keeps it in use while the slow one's answer arrives.
      const other = host.net.request(SERVER, bytesOf(2), { deadline: 3 * SECOND });
      expect(await slow).toBe("ETIMEDOUT");
      const took = host.clock.monotonic() - begun;
      expect(took).toBeGreaterThanOrEqual(200 * MILLISECOND);
      expect(took).toBeLessThan(210 * MILLISECOND);
      expect([...(await other)]).toEqual([2]);
      await host.clock.sleep(2 * SECOND);
      expect([...(await host.net.request(SERVER, bytesOf(3), { deadline: SECOND }))]).toEqual([3]);
    });
    await world.run();
    expect([...handled].sort((a, b) => a - b)).toEqual([0, 1, 2, 3]);
  });

  it("leave no timer behind", async () => {
    const world = new World();
    server(world, echo as never);
    client(world, async (host) => {
      for (let n = 0; n < 10; n++) await host.net.request(SERVER, bytesOf(1), { deadline: 1000 * SECOND });
    });
    const { time } = await world.run();
    expect(time).toBeLessThan(SECOND);
  });

  it("fail with what kept them from being sent: nobody listens, nobody answers, no such host", async () => {
    const world = new World();
    world.host("idle");
    world.host("dead").powerLoss();
    const codes: string[] = [];
    client(world, async (host) => {
      for (const [name, deadline] of [
        ["idle", 60],
        ["dead", 60],
        ["dead", 3],
        ["nowhere", 60],
      ] as const) {
        codes.push(
          await codeOf(host.net.request({ host: name, port: 80 }, bytesOf(1), { deadline: deadline * SECOND })),
        );
      }
    });
    await world.run();
    expect(codes).toEqual(["ECONNREFUSED", "ETIMEDOUT", "ETIMEDOUT", "EHOSTUNREACH"]);
  });

  it("under way fail with ECONNRESET when the server dies, and the next one connects anew", async () => {
    const world = new World();
    const machine = server(world, async (request, host) => {
      if (host.incarnation === 1) await host.clock.sleep(100 * SECOND);
      return request;
    });
    world.at(SECOND, () => {
      machine.kill();
      machine.restart();
    });
    const outcomes: unknown[] = [];
    client(world, async (host) => {
      const ask = (): Promise<Uint8Array> => host.net.request(SERVER, bytesOf(1), { deadline: 50 * SECOND });
      outcomes.push(...(await Promise.all([codeOf(ask()), codeOf(ask())])));
      await host.clock.sleep(100 * MILLISECOND);
      outcomes.push([...(await ask())]);
    });
    await world.run();
    expect(outcomes).toEqual(["ECONNRESET", "ECONNRESET", [1]]);
    expect(world.now).toBeLessThan(2 * SECOND);
  });

  it("find a server that is back after a power loss as soon as it is, not when a retransmission says so", async () => {
    const world = new World();
    const machine = server(world, echo as never);
    world.at(SECOND, () => {
      machine.powerLoss();
    });
    let backAt = 0;
    world.at(9 * SECOND, () => {
      machine.restart();
      backAt = world.now;
    });
    let answeredAt = 0;
    client(world, async (host) => {
      for (;;) {
        const code = await codeOf(host.net.request(SERVER, bytesOf(1), { deadline: 500 * MILLISECOND }));
        if (code === "fulfilled" && backAt > 0) break;
        await host.clock.sleep(10 * MILLISECOND);
      }
      answeredAt = world.now;
    });
    await world.run();
    expect(answeredAt - backAt).toBeLessThan(600 * MILLISECOND);
  });

  // Asked more often than a deadline passes, so that some request is always under way.
  const DEADLINE = 150 * MILLISECOND;
  const PERIOD = 50 * MILLISECOND;

  it.each([
    ["connected before", 0],
    ["connecting", 5 * SECOND],
  ])("get through a deadline and a handshake after a partition heals, %s", async (_, begin) => {
    for (let seed = 0; seed < 10; seed++) {
      const world = new World({ seed: String(seed) });
      server(world, echo as never);
      let healedAt = Infinity;
      world.at(3 * SECOND, () => {
        const cut = world.network.addRule(isolate("server"));
        world.at(9 * SECOND + 17 * seed * MILLISECOND, () => {
          cut.remove();
          healedAt = world.now;
        });
      });
      let answeredAt = 0;
      let cutOff = 0;
      client(world, async (host) => {
        await host.clock.sleep(begin);
        while (answeredAt === 0) {
          host.spawn("ask", async () => {
            const code = await codeOf(host.net.request(SERVER, bytesOf(1), { deadline: DEADLINE }));
            if (code === "ETIMEDOUT") cutOff++;
            else if (code === "fulfilled" && world.now > healedAt && answeredAt === 0) answeredAt = world.now;
          });
          await host.clock.sleep(PERIOD);
        }
      });
      await world.run();
      expect(cutOff).toBeGreaterThan(100);
      expect(answeredAt - healedAt).toBeLessThan(DEADLINE + PERIOD + 10 * MILLISECOND);
    }
  });

  it("that may take longer are not lost when others beside them time out", async () => {
    const world = new World();
    server(world, async (request, host) => {
      await host.clock.sleep((request[0] ?? 0) * SECOND);
      return request;
    });
    let answer: Uint8Array | undefined;
    client(world, async (host) => {
      const patient = host.net.request(SERVER, bytesOf(2), { deadline: 10 * SECOND });
      for (let n = 0; n < 20; n++) {
        const code = await codeOf(host.net.request(SERVER, bytesOf(3), { deadline: DEADLINE }));
        expect(code).toBe("ETIMEDOUT");
      }
      answer = await patient;
    });
    await world.run();
    expect(answer).toEqual(bytesOf(2));
  });

  it("that expired while connecting are never sent", async () => {
    const world = new World();
    let handled = 0;
    server(world, (request) => {
      handled++;
      return Promise.resolve(request);
    });
    const cut = world.network.addRule(isolate("server"));
    world.at(2 * SECOND, () => {
      cut.remove();
    });
    client(world, async (host) => {
      expect(await codeOf(host.net.request(SERVER, bytesOf(1), { deadline: SECOND }))).toBe("ETIMEDOUT");
      await host.clock.sleep(20 * SECOND);
    });
    await world.run();
    expect(handled).toBe(0);
  });

  it("that expired while connecting leave no connection behind", async () => {
    const world = new World();
    let code = "";
    world.host("server", async (host) => {
      const connection = await host.net.listen(80).accept();
      code = await codeOf(connection.receive());
    });
    world.network.addRule((packet) => (packet.to === "client" ? deliverAfter(SECOND) : PASS));
    client(world, async (host) => {
      expect(await codeOf(host.net.request(SERVER, bytesOf(1), { deadline: SECOND / 2 }))).toBe("ETIMEDOUT");
    });
    await world.run();
    expect(code).toBe("ECONNRESET");
  });

  it("crash the server when the handler fails", async () => {
    const world = new World();
    server(world, () => Promise.reject(new Error("handler bug")));
    let code = "";
    client(world, async (host) => {
      code = await codeOf(host.net.request(SERVER, bytesOf(1), { deadline: SECOND }));
    });
    await expect(world.run()).rejects.toThrow("handler bug");
    expect(code).toBe("ECONNRESET");
  });

  it("are dropped by close(), their connections reset, and the port is free", async () => {
    const world = new World();
    world.host("server", async (host) => {
      const service = host.net.serve(80, async (request) => {
        await host.clock.sleep(SECOND);
        return request;
      });
      await host.clock.sleep(100 * MILLISECOND);
      service.close();
      service.close();
      await host.clock.sleep(2 * SECOND);
      host.net.serve(80, echo);
    });
    const codes: string[] = [];
    client(world, async (host) => {
      const ask = (): Promise<string> => codeOf(host.net.request(SERVER, bytesOf(1), { deadline: 5 * SECOND }));
      codes.push(await ask(), await ask());
      await host.clock.sleep(3 * SECOND);
      codes.push(await ask());
    });
    await world.run();
    expect(codes).toEqual(["ECONNRESET", "ECONNREFUSED", "fulfilled"]);
  });

  it("survive a lossy network: every answer is the right one, and no request is handled twice", async () => {
    let handledInAll = 0;
    for (let seed = 0; seed < 20; seed++) {
      const world = new World({ seed: String(seed) });
      world.network.override({}, { loss: 100_000, duplication: 100_000, reordering: 100_000 });
      const handled = new Set<number>();
      server(world, (request) => {
        const n = request[0] ?? -1;
        expect(handled.has(n)).toBe(false);
        handled.add(n);
        return Promise.resolve(bytesOf(n));
      });
      let answered = 0;
      client(world, async (host) => {
        for (let n = 0; n < 50; n++) {
          try {
            const answer = await host.net.request(SERVER, bytesOf(n), { deadline: 300 * MILLISECOND });
            expect([...answer]).toEqual([n]);
            answered++;
          } catch (error) {
            expect((error as { code: string }).code).toBe("ETIMEDOUT");
          }
          await host.clock.sleep(100 * MICROSECOND);
        }
      });
      await world.run();
      expect(answered).toBeGreaterThan(20);
      handledInAll += handled.size;
    }
    expect(handledInAll).toBeGreaterThan(600);
  });

  it("from something that speaks another language are refused by a reset", async () => {
    const world = new World();
    server(world, echo as never);
    const codes: string[] = [];
    world.host("foreign-server", async (host) => {
      const connection = await host.net.listen(80).accept();
      await connection.receive();
      await connection.send(bytesOf(1));
      codes.push(await codeOf(connection.receive()));
    });
    client(world, async (host) => {
      const connection = await host.net.connect(SERVER);
      await connection.send(bytesOf(1, 2));
      codes.push(await codeOf(connection.receive()));
      const foreign = { host: "foreign-server", port: 80 };
      codes.push(await codeOf(host.net.request(foreign, bytesOf(1), { deadline: SECOND })));
    });
    await world.run();
    expect(codes).toEqual(["ECONNRESET", "ECONNRESET", "ECONNRESET"]);
  });
});
