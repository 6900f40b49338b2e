import { describe, expect, it } from "vitest";
import { MICROSECOND, MILLISECOND, SECOND } from "../../../host/time.ts";
import { isNetworkError } from "../../../host/network-error.ts";
import type { Host } from "../../../host/host.ts";
import { bytesOf, bytesToNumber, codeOf, numberToBytes, World } from "./support/world.ts";

/** Receives for ever and keeps what came, with the time it came at. */
function collector(world: World, into: { bytes: Uint8Array; at: number }[], port = 7000) {
  return async (host: Host): Promise<void> => {
    const socket = host.net.bind(port);
    for (;;) {
      const { bytes } = await socket.receive();
      into.push({ bytes, at: world.now });
    }
  };
}

describe("datagrams", () => {
  it("arrive whole, from the sender's endpoint, after the link's latency", async () => {
    const world = new World();
    let at = 0;
    let from = "";
    let received: Uint8Array | undefined;
    world.host("b", async (host) => {
      const datagram = await host.net.bind(7000).receive();
      at = world.now;
      from = `${datagram.from.host}:${datagram.from.port}`;
      received = datagram.bytes;
    });
    world.host("a", async (host) => {
      await host.clock.sleep(SECOND);
      host.net.bind(9).send({ host: "b", port: 7000 }, bytesOf(1, 2, 3));
    });
    await world.run();
    expect(received).toEqual(bytesOf(1, 2, 3));
    expect(from).toBe("a:9");
    expect(at).toBeGreaterThan(SECOND + 50 * MICROSECOND);
    expect(at).toBeLessThan(SECOND + 10 * MILLISECOND);
  });

  it("share nothing with what was sent, nor with their duplicates", async () => {
    const world = new World();
    world.network.override({}, { duplication: 1_000_000 });
    const received: { bytes: Uint8Array; at: number }[] = [];
    const sent = bytesOf(1, 2, 3);
    world.host("b", collector(world, received));
    world.host("a", async (host) => {
      const socket = host.net.bind(7000);
      await host.clock.sleep(MILLISECOND);
      socket.send({ host: "b", port: 7000 }, sent);
      sent.fill(77);
      await host.clock.sleep(SECOND);
      received[0]?.bytes.fill(99);
    });
    await world.run();
    expect(received.map((message) => [...message.bytes])).toEqual([
      [99, 99, 99],
      [1, 2, 3],
    ]);
    expect([...sent]).toEqual([77, 77, 77]);
  });

  it("keep a link's order unless reordering is a fault", async () => {
    const orderOf = async (reordering: number, seed: string): Promise<number[]> => {
      const world = new World({ seed, net: { profile: "region" } });
      world.network.override({}, { reordering });
      const received: { bytes: Uint8Array; at: number }[] = [];
      world.host("b", collector(world, received));
      world.host("a", async (host) => {
        const socket = host.net.bind(7000);
        await host.clock.sleep(MILLISECOND);
        for (let n = 0; n < 100; n++) {
          socket.send({ host: "b", port: 7000 }, numberToBytes(n));
          await host.clock.sleep(10 * MICROSECOND);
        }
      });
      await world.run();
      return received.map((message) => bytesToNumber(message.bytes));
    };
    const inOrder = Array.from({ length: 100 }, (_, n) => n);
    for (let seed = 0; seed < 20; seed++) {
      expect(await orderOf(0, String(seed))).toEqual(inOrder);
      const mixed = await orderOf(200_000, String(seed));
      expect(mixed).not.toEqual(inOrder);
      expect(mixed.sort((a, b) => a - b)).toEqual(inOrder);
    }
  });

  it("are lost and repeated as often as the link says", async () => {
    const world = new World();
    world.network.override({ from: "a", to: "b" }, { loss: 100_000, duplication: 50_000 });
    const received: { bytes: Uint8Array; at: number }[] = [];
    world.host("b", collector(world, received));
    world.host("a", async (host) => {
      const socket = host.net.bind(7000);
      await host.clock.sleep(MILLISECOND);
      for (let n = 0; n < 4000; n++) {
        socket.send({ host: "b", port: 7000 }, numberToBytes(n));
        await host.clock.sleep(10 * MICROSECOND);
      }
    });
    await world.run();
    const counters = world.network.counters({ from: "a", to: "b" });
    expect(counters.sent).toBe(4000);
    expect(counters.droppedBy.loss).toBeGreaterThan(320);
    expect(counters.droppedBy.loss).toBeLessThan(480);
    expect(counters.duplicated).toBeGreaterThan(130);
    expect(counters.duplicated).toBeLessThan(230);
    expect(received.length).toBe(4000 - counters.droppedBy.loss + counters.duplicated);
    expect(counters.underWay).toBe(0);
  });

  it("take their time on a narrow link, and are dropped beyond its queue", async () => {
    const world = new World();
    world.network.override({}, { bandwidth: 1_000_000, queue: 100_000 });
    const received: { bytes: Uint8Array; at: number }[] = [];
    world.host("b", collector(world, received));
    let begun = 0;
    world.host("a", async (host) => {
      const socket = host.net.bind(7000);
      await host.clock.sleep(SECOND);
      begun = world.now;
      for (let n = 0; n < 20; n++) socket.send({ host: "b", port: 7000 }, numberToBytes(n, 10_000));
    });
    await world.run();
    const counters = world.network.counters();
    expect(received.length).toBe(20 - counters.droppedBy["queue-full"]);
    expect(counters.droppedBy["queue-full"]).toBeGreaterThan(5);
    expect(received.length).toBeGreaterThan(9);
    // 10,042 bytes at 1 MB/s are 10.042 ms each.
    const last = received.at(-1)?.at ?? 0;
    expect(last - begun).toBeGreaterThan(received.length * 10 * MILLISECOND);
    expect(last - begun).toBeLessThan(received.length * 11 * MILLISECOND + 10 * MILLISECOND);
  });

  it("share their host's bandwidth, whomever they are for", async () => {
    const world = new World({ net: { hostBandwidth: 1_000_000 } });
    const received: { bytes: Uint8Array; at: number }[] = [];
    for (const name of ["b", "c", "d"]) world.host(name, collector(world, received));
    let begun = 0;
    world.host("a", async (host) => {
      const socket = host.net.bind(7000);
      await host.clock.sleep(SECOND);
      begun = world.now;
      for (const name of ["b", "c", "d"]) socket.send({ host: name, port: 7000 }, new Uint8Array(50_000));
    });
    await world.run();
    expect(received.length).toBe(3);
    expect((received.at(-1)?.at ?? 0) - begun).toBeGreaterThan(150 * MILLISECOND);
  });

  it("wait in a bounded buffer while nobody receives", async () => {
    const world = new World({ net: { datagramBuffer: 10_000 } });
    let got = 0;
    world.host("b", async (host) => {
      const socket = host.net.bind(7000);
      await host.clock.sleep(2 * SECOND);
      for (;;) {
        await socket.receive();
        got++;
      }
    });
    world.host("a", async (host) => {
      await host.clock.sleep(SECOND);
      const socket = host.net.bind(7000);
      for (let n = 0; n < 30; n++) socket.send({ host: "b", port: 7000 }, new Uint8Array(958));
    });
    await world.run();
    expect(got).toBe(10);
    expect(world.network.counters().droppedBy["buffer-full"]).toBe(20);
  });

  it("for nobody are dropped, with the cause counted", async () => {
    const world = new World();
    world.host("b");
    const dead = world.host("dead");
    dead.powerLoss();
    world.host("a", async (host) => {
      const socket = host.net.bind(0);
      await host.clock.sleep(MILLISECOND);
      for (const name of ["b", "dead", "nowhere"]) socket.send({ host: name, port: 7000 }, bytesOf(1));
    });
    await world.run();
    const { droppedBy, dropped } = world.network.counters();
    expect(dropped).toBe(3);
    expect(droppedBy).toMatchObject({ "port-closed": 1, "host-down": 1, "no-host": 1 });
  });

  it("of more than 64 KiB are refused; a taken port too; a closed socket serves nobody", async () => {
    const world = new World();
    const codes: string[] = [];
    const attempt = (action: () => void): void => {
      try {
        action();
        codes.push("ok");
      } catch (error) {
        codes.push(isNetworkError(error) ? error.code : String(error));
      }
    };
    world.host("a", async (host) => {
      const socket = host.net.bind(7000);
      attempt(() => socket.send({ host: "a", port: 1 }, new Uint8Array(65_536)));
      attempt(() => socket.send({ host: "a", port: 1 }, new Uint8Array(65_537)));
      attempt(() => host.net.bind(7000));
      const pending = codeOf(socket.receive());
      socket.close();
      codes.push(await pending, await codeOf(socket.receive()));
      attempt(() => socket.send({ host: "a", port: 1 }, bytesOf(1)));
      attempt(() => host.net.bind(7000));
      attempt(() => host.net.bind(70_000));
    });
    await world.run();
    expect(codes).toEqual([
      "ok",
      "EMSGSIZE",
      "EADDRINUSE",
      "ECONNABORTED",
      "ECONNABORTED",
      "ECONNABORTED",
      "ok",
      "RangeError: a port must be a whole number from 0 (any free one) to 65535, got 70000",
    ]);
  });

  it("to oneself arrive whatever the network suffers", async () => {
    const world = new World();
    world.network.override({}, { loss: 1_000_000 });
    world.network.clog({});
    world.network.addRule(() => ({ fate: "drop" }));
    let got = 0;
    world.host("a", async (host) => {
      const socket = host.net.bind(7000);
      socket.send(socket.local, bytesOf(5));
      got = (await socket.receive()).bytes[0] ?? 0;
    });
    await world.run();
    expect(got).toBe(5);
  });

  it("that nobody sends are waited for by name when a run deadlocks", async () => {
    const world = new World();
    world.host("a", async (host) => {
      host.spawn("acceptor", async () => {
        await host.net.listen(80).accept();
      });
      await host.net.bind(7000).receive();
    });
    await expect(world.run({ until: () => false })).rejects.toThrow(
      "a (main) waits for a datagram on port 7000; a (acceptor) waits for a connection on port 80",
    );
  });
});
