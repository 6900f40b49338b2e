import { Codec } from "../host/codec.ts";
import type { Host } from "../host/host.ts";
import { NodeDrain } from "../host/nodejs/drain.ts";
import { SECOND } from "../host/time.ts";
import { SimulatedNetwork } from "../sim/network/network.ts";
import { Simulation } from "../sim/simulation.ts";
import { medians, print, seconds } from "./measure.ts";

const MESSAGES = 200_000;
const payload = new Uint8Array(128).map((_, index) => index);

interface Cost {
  /** Microseconds of processor time a message. */
  readonly micros: number;
  readonly events: number;
}

/** Runs a client against a server and says what one round cost. */
async function run(
  rounds: number,
  serve: (host: Host) => Promise<void>,
  ask: (host: Host) => Promise<void>,
): Promise<Cost> {
  const world = new Simulation({ seed: "1", network: (kernel) => new SimulatedNetwork(kernel) });
  let finished = false;
  world.host("server", serve);
  world.host("client", async (host) => {
    await host.clock.sleep(SECOND);
    await ask(host);
    finished = true;
  });
  let events = 0;
  const time = await seconds(async () => {
    events = (await world.run({ drain: new NodeDrain(), until: () => finished })).events;
  });
  return { micros: (time * 1e6) / rounds, events: events / rounds };
}

/** The loop without a network: what an event with one await costs in the kernel and its drain. */
function timers(): Promise<Cost> {
  return run(
    MESSAGES,
    () => Promise.resolve(),
    async (host) => {
      for (let n = 0; n < MESSAGES; n++) await host.clock.sleep(1000);
    },
  );
}

function datagrams(): Promise<Cost> {
  return run(
    MESSAGES,
    async (host) => {
      const socket = host.net.bind(1);
      for (;;) {
        const { from, bytes } = await socket.receive();
        socket.send(from, bytes);
      }
    },
    async (host) => {
      const socket = host.net.bind(1);
      for (let n = 0; n < MESSAGES / 2; n++) {
        socket.send({ host: "server", port: 1 }, payload);
        await socket.receive();
      }
    },
  );
}

function messages(): Promise<Cost> {
  return run(
    MESSAGES,
    async (host) => {
      const connection = await host.net.listen(1).accept();
      for (;;) await connection.send((await connection.receive()) as Uint8Array);
    },
    async (host) => {
      const connection = await host.net.connect({ host: "server", port: 1 });
      for (let n = 0; n < MESSAGES / 2; n++) {
        await connection.send(payload);
        await connection.receive();
      }
    },
  );
}

function stream(): Promise<Cost> {
  return run(
    MESSAGES,
    async (host) => {
      const connection = await host.net.listen(1).accept();
      for (let n = 0; n < MESSAGES; n++) await connection.receive();
      await connection.send(payload);
    },
    async (host) => {
      const connection = await host.net.connect({ host: "server", port: 1 });
      for (let n = 0; n < MESSAGES; n++) await connection.send(payload);
      await connection.receive();
    },
  );
}

function requests(): Promise<Cost> {
  const rounds = MESSAGES / 4;
  return run(
    rounds,
    async (host) => {
      host.net.serve(1, (request) => Promise.resolve(request));
      await Promise.resolve();
    },
    async (host) => {
      for (let n = 0; n < rounds; n++) {
        await host.net.request({ host: "server", port: 1 }, payload, { deadline: SECOND });
      }
    },
  );
}

async function codec(): Promise<Cost> {
  const node = new Codec();
  const message = {
    kind: "append",
    term: 12,
    leader: "node-1",
    previous: { index: 12_345, term: 11 },
    entries: [{ index: 12_346, term: 12, data: payload }],
    commit: 12_345,
  };
  const time = await seconds(() => {
    for (let n = 0; n < MESSAGES; n++) node.decode(node.encode(message));
  });
  return { micros: (time * 1e6) / MESSAGES, events: 0 };
}

const contenders = { timers, datagrams, messages, stream, requests, codec };
const only = process.argv[2] as keyof typeof contenders | undefined;
const events: Partial<Record<string, number>> = {};
const measured = Object.fromEntries(
  Object.entries(contenders)
    .filter(([name]) => only === undefined || name === only)
    .map(([name, contender]) => [
      name,
      async () => {
        const cost = await contender();
        events[name] = cost.events;
        return cost.micros;
      },
    ]),
);
const result = await medians(measured, 3);
console.log("network, 128 bytes a message, fingerprint on");
const labels: Record<string, string> = {
  timers: "a timer, for comparison: kernel, drain, one await",
  datagrams: "a datagram, one at a time",
  messages: "a message of a connection, one at a time",
  stream: "a message of a connection, streamed against back-pressure",
  requests: "a request and its answer",
  codec: "encoding and decoding a message of three objects",
};
print(
  Object.entries(result).map(([name, micros]) => [
    labels[name] as string,
    `${micros.toFixed(2)} µs  ${(events[name] ?? 0).toFixed(2)} events`,
  ]),
);
