import { describe, expect, it } from "vitest";
import type { Host } from "../../../host/host.ts";
import type { Machine } from "../../../sim/machine.ts";
import { MILLISECOND, SECOND } from "../../../host/time.ts";
import { bytesOf, bytesToNumber, codeOf, numberToBytes, World } from "./support/world.ts";

/** A client that sends a number every 10 ms; says how and when that ended. */
class Sender {
  outcome = "";
  endedAt = 0;
  sent = 0;

  start(world: World) {
    return async (host: Host): Promise<void> => {
      await host.clock.sleep(100 * MILLISECOND);
      this.outcome = await codeOf(
        (async () => {
          const connection = await host.net.connect({ host: "server", port: 80 });
          for (; this.sent < 2000; this.sent++) {
            await connection.send(numberToBytes(this.sent, 100));
            await host.clock.sleep(10 * MILLISECOND);
          }
        })(),
      );
      this.endedAt = world.now / SECOND;
    };
  }
}

async function acceptOnce(host: Host, use: (message: Uint8Array | undefined) => void): Promise<void> {
  const connection = await host.net.listen(80).accept();
  for (;;) use(await connection.receive());
}

describe("a peer", () => {
  it("is told at once when the process is killed", async () => {
    const world = new World();
    const sender = new Sender();
    const server = world.host("server", (host) => acceptOnce(host, () => undefined));
    world.host("client", sender.start(world));
    world.at(SECOND, () => {
      server.kill();
    });
    await world.run();
    expect(sender.outcome).toBe("ECONNRESET");
    expect(sender.endedAt).toBeLessThan(1.05);
  });

  it("that only reads sees the stream end when the other's process is killed, after all that it had sent", async () => {
    const world = new World();
    world.network.override({}, { bandwidth: 1_000_000 });
    const read: (number | undefined)[] = [];
    const client = world.host("client", async (host) => {
      await host.clock.sleep(100 * MILLISECOND);
      const connection = await host.net.connect({ host: "server", port: 80 });
      for (let n = 0; n < 20; n++) void connection.send(numberToBytes(n, 10_000));
      client.kill();
      void connection.send(numberToBytes(99));
    });
    world.host("server", async (host) => {
      const connection = await host.net.listen(80).accept();
      for (;;) {
        const message = await connection.receive();
        read.push(message === undefined ? undefined : bytesToNumber(message));
        if (message === undefined) return;
      }
    });
    await world.run();
    expect(read).toEqual([...Array.from({ length: 20 }, (_, n) => n), undefined]);
  });

  it("is reset when the killed process had left something unread", async () => {
    const world = new World();
    let outcome = "";
    const server = world.host("server", async (host) => {
      await host.net.listen(80).accept();
      await host.clock.sleep(SECOND);
      server.kill();
    });
    world.host("client", async (host) => {
      await host.clock.sleep(100 * MILLISECOND);
      const connection = await host.net.connect({ host: "server", port: 80 });
      await connection.send(bytesOf(1));
      outcome = await codeOf(connection.receive());
    });
    await world.run();
    expect(outcome).toBe("ECONNRESET");
  });

  it("hears nothing of a power loss until it times out", async () => {
    const world = new World();
    const sender = new Sender();
    const server = world.host("server", (host) => acceptOnce(host, () => undefined));
    world.host("client", sender.start(world));
    world.at(SECOND, () => {
      server.powerLoss();
    });
    await world.run({ deadline: 60 * SECOND });
    expect(sender.outcome).toBe("ETIMEDOUT");
    expect(sender.endedAt).toBeGreaterThan(16);
    expect(sender.endedAt).toBeLessThan(16.2);
  });

  it("is reset by a machine that has come back and remembers nothing", async () => {
    const world = new World();
    const sender = new Sender();
    const server = world.host("server", (host) => acceptOnce(host, () => undefined));
    world.host("client", sender.start(world));
    world.at(SECOND, () => {
      server.powerLoss();
    });
    world.at(2 * SECOND, () => {
      server.restart();
    });
    await world.run({ deadline: 60 * SECOND });
    expect(sender.outcome).toBe("ECONNRESET");
    expect(sender.endedAt).toBeGreaterThan(2);
    expect(sender.endedAt).toBeLessThan(4);
  });

  it("is refused by a machine whose process was killed, and not even that once its power is lost too", async () => {
    const world = new World();
    const server = world.host("server", (host) => acceptOnce(host, () => undefined));
    const codes: string[] = [];
    world.host("client", async (host) => {
      server.kill();
      codes.push(await codeOf(host.net.connect({ host: "server", port: 80 })));
      world.network.powerLost("server");
      codes.push(await codeOf(host.net.connect({ host: "server", port: 80 })));
    });
    await world.run();
    expect(codes).toEqual(["ECONNREFUSED", "ETIMEDOUT"]);
  });

  it("waits for a paused one as long as it takes, sending until the window is full", async () => {
    const world = new World({ net: { connections: { sendBuffer: 2000, receiveWindow: 5000 } } });
    const sender = new Sender();
    let read = 0;
    const server = world.host("server", (host) =>
      acceptOnce(host, (message) => {
        if (message !== undefined) expect(bytesToNumber(message)).toBe(read++);
      }),
    );
    world.host("client", sender.start(world));
    let sentInPause = 0;
    let readInPause = 0;
    world.at(SECOND, () => {
      server.pause();
      readInPause = read;
    });
    world.at(59 * SECOND, () => {
      readInPause -= read;
      sentInPause = sender.sent - read;
    });
    world.at(60 * SECOND, () => {
      server.resume();
    });
    await world.run({ deadline: 100 * SECOND });
    expect(readInPause).toBe(0);
    // 154 bytes each with headers: 33 fill the window, 13 the buffer, one was handed to the reader as it was paused.
    expect(sentInPause).toBeGreaterThan(40);
    expect(sentInPause).toBeLessThan(50);
    expect(sender.outcome).toBe("fulfilled");
    expect(read).toBe(2000);
  });
});

describe("datagrams", () => {
  it("pile up for a paused node, and are gone for a killed one", async () => {
    const world = new World();
    const got: number[] = [];
    const receiver = world.host("b", async (host) => {
      const socket = host.net.bind(7000);
      for (;;) got.push(host.incarnation * 100 + ((await socket.receive()).bytes[0] ?? 0));
    });
    world.host("a", async (host) => {
      const socket = host.net.bind(7000);
      for (let n = 0; n < 9; n++) {
        await host.clock.sleep(SECOND);
        socket.send({ host: "b", port: 7000 }, bytesOf(n));
      }
    });
    world.at(1.5 * SECOND, () => {
      receiver.pause();
    });
    world.at(4.5 * SECOND, () => {
      expect(got).toEqual([100]);
      receiver.resume();
    });
    world.at(5.5 * SECOND, () => {
      receiver.pause();
    });
    world.at(7.5 * SECOND, () => {
      receiver.kill();
      receiver.restart();
    });
    await world.run();
    expect(got).toEqual([100, 101, 102, 103, 104, 207, 208]);
  });
});

describe("an incarnation that has ended", () => {
  const deaths: [string, (machine: Machine) => void][] = [
    ["kill", (machine) => machine.kill()],
    ["power loss", (machine) => machine.powerLoss()],
  ];

  it.each(deaths)("sends nothing between two synchronous calls: %s", async (_name, end) => {
    const world = new World();
    let datagrams = 0;
    const messages: number[] = [];
    world.host("server", async (host) => {
      const socket = host.net.bind(7000);
      host.spawn("datagrams", async () => {
        for (;;) {
          await socket.receive();
          datagrams++;
        }
      });
      const connection = await host.net.listen(80).accept();
      await codeOf(
        (async () => {
          for (;;) {
            const message = await connection.receive();
            if (message === undefined) return;
            messages.push(message[0] ?? -1);
          }
        })(),
      );
    });
    let resumed = false;
    const client = world.host("client", async (host) => {
      await host.clock.sleep(100 * MILLISECOND);
      const socket = host.net.bind(7000);
      const connection = await host.net.connect({ host: "server", port: 80 });
      socket.send({ host: "server", port: 7000 }, bytesOf(1));
      await connection.send(bytesOf(1));
      end(client);
      socket.send({ host: "server", port: 7000 }, bytesOf(2));
      void connection.send(bytesOf(2));
      connection.reset();
      connection.close();
      socket.close();
      const late = host.net.bind(8000);
      late.send({ host: "server", port: 7000 }, bytesOf(3));
      host.net.listen(9000);
      void host.net.connect({ host: "server", port: 80 }).then(() => {
        resumed = true;
      });
      void host.net.request({ host: "server", port: 80 }, bytesOf(1), { deadline: SECOND }).catch(() => {
        resumed = true;
      });
      host.net.serve(9001, (request) => Promise.resolve(request));
      await Promise.race([connection.receive(), socket.receive(), connection.send(bytesOf(4))]);
      resumed = true;
    });
    await world.run({ deadline: 30 * SECOND });
    expect(datagrams).toBe(1);
    expect(messages).toEqual([1]);
    expect(resumed).toBe(false);
    const sent = world.network.counters({ from: "client" });
    // SYN, the handshake's end, one datagram, one message, and the FIN of a killed process's machine.
    expect(sent.sent).toBe(end === deaths[0]?.[1] ? 5 : 4);
  });

  it("leaves its ports to the next one", async () => {
    const world = new World();
    let starts = 0;
    const machine = world.host("a", async (host) => {
      starts++;
      host.net.bind(7000);
      host.net.listen(7000);
      await host.clock.sleep(10 * SECOND);
    });
    world.at(SECOND, () => {
      machine.kill();
      machine.restart();
    });
    world.at(2 * SECOND, () => {
      machine.powerLoss();
      machine.restart();
    });
    await world.run();
    expect(starts).toBe(3);
  });

  it("is never connected: a half-open connection vanishes with either end", async () => {
    for (const who of ["client", "server"] as const) {
      for (let delay = 0; delay < 300_000; delay += 20_000) {
        const world = new World();
        let outcome = "";
        const server = world.host("server", async (host) => {
          const listener = host.net.listen(80);
          for (;;) await listener.accept();
        });
        const client = world.host("client", async (host) => {
          await host.clock.sleep(100 * MILLISECOND);
          outcome = await codeOf(host.net.connect({ host: "server", port: 80 }));
          await host.clock.sleep(SECOND);
        });
        world.at(100 * MILLISECOND + delay, () => {
          (who === "client" ? client : server).powerLoss();
        });
        await world.run();
        expect(["", "fulfilled", "ETIMEDOUT"]).toContain(outcome);
        expect(world.network.counters().underWay).toBe(0);
      }
    }
  });
});
