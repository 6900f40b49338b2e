import { describe, expect, test } from "vitest";
import { MILLISECOND } from "../../host/time.ts";
import type { ClientOperation } from "../../topologies/operation.ts";
import type { ClientReply, RequestTerms } from "../../topologies/protocol.ts";
import { NOT_PRIMARY, RoutedClient } from "../../topologies/routed-client.ts";
import { serveClients } from "../../topologies/serve.ts";
import type { ReadTarget, Topology } from "../../topologies/topology.ts";
import { clientDoing, planOf, read, runOn, scripted, write } from "../scenarios/support/scripted.ts";

const NODES = ["node-1", "node-2", "node-3"];

type Answers = (node: string, operation: ClientOperation, terms: RequestTerms) => ClientReply | Promise<ClientReply>;

/** Three nodes that answer as a test says, and clients that find their way among them. */
function cluster(answers: Answers): Topology {
  return scripted(() => ({ ok: true, value: null, position: null }), {
    promises: [],
    place: () => ({ nodes: NODES.map((name) => ({ name, mounts: ["local"] })), sharedDisk: undefined }),
    cores: () => [NODES],
    startNode: (host) => ({
      run: () => serveClients(host, async (operation, terms) => answers(host.name, operation, terms)),
      inspect: () => ({ ready: true, role: "none", fields: {} }),
    }),
    connect: (host) => new RoutedClient(host, NODES),
  });
}

const done = (position: number): ClientReply => ({ ok: true, value: null, position });
const elsewhere = (primary?: string): ClientReply => ({
  ok: false,
  outcome: "failed",
  code: NOT_PRIMARY,
  message: "ask another",
  ...(primary === undefined ? {} : { primary }),
});

/** What became of the steps of one client, and who was asked what. */
async function carriedOut(
  answers: Answers,
  steps: readonly (readonly [ReturnType<typeof read>, ReadTarget?])[],
): Promise<{ asked: string[]; outcomes: string[] }> {
  const asked: string[] = [];
  const client = clientDoing(
    "client",
    steps.map(([operation]) => operation),
  );
  const targeted = client.steps.map((step, at) => {
    const target = steps[at]?.[1];
    return target === undefined ? step : { ...step, target };
  });
  const { history } = await runOn(
    cluster((node, operation, terms) => {
      const wanted = Object.entries(terms).map(([name, value]) => ` ${name}=${String(value)}`);
      asked.push(`${node} ${operation.op}${wanted.join("")}`);
      return answers(node, operation, terms);
    }),
    planOf([{ ...client, steps: targeted }]),
  );
  return { asked, outcomes: history.filter(({ type }) => type !== "invoke").map(({ type, error }) => error ?? type) };
}

const replica = (choice: number, fresh?: ReadTarget["fresh"]): ReadTarget => ({
  role: "replica",
  choice,
  ...(fresh === undefined ? {} : { fresh }),
});

describe("a client of a cluster whose primary changes", () => {
  test("follows the hint of a node that is not primary, and stays with whom it found", async () => {
    const { asked, outcomes } = await carriedOut(
      (node) => (node === "node-3" ? done(1) : elsewhere("node-3")),
      [[write("k", "a")], [write("k", "b")]],
    );
    expect(asked).toEqual(["node-1 write", "node-3 write", "node-3 write"]);
    expect(outcomes).toEqual(["ok", "ok"]);
  });

  test("goes round when nobody knows, twice, and then gives the refusal on", async () => {
    const { asked, outcomes } = await carriedOut(() => elsewhere(), [[write("k", "a")]]);
    expect(asked).toEqual([1, 2, 3, 1, 2, 3].map((number) => `node-${number} write`));
    expect(outcomes).toEqual([NOT_PRIMARY]);
  });

  test("sends nothing twice that may have happened, but asks another next", async () => {
    const { asked, outcomes } = await carriedOut(
      (node) =>
        node === "node-1" ? { ok: false, outcome: "unknown", code: "replication-timeout", message: "" } : done(1),
      [[write("k", "a")], [write("k", "b")]],
    );
    expect(asked).toEqual(["node-1 write", "node-2 write"]);
    expect(outcomes).toEqual(["replication-timeout", "ok"]);
  });

  test("does not take any other refusal for a reason to go elsewhere", async () => {
    const { asked } = await carriedOut(
      () => ({ ok: false, outcome: "failed", code: "disk-full", message: "" }),
      [[write("k", "a")], [write("k", "b")]],
    );
    expect(asked).toEqual(["node-1 write", "node-1 write"]);
  });

  test("asks replicas for what it has seen, when it is to read as a session, and for a bound when it has one", async () => {
    let position = 7;
    const { asked } = await carriedOut(
      () => done(position++),
      [
        [read("k"), replica(0, "session")],
        [write("k", "a")],
        [read("k"), replica(1, "session")],
        [read("k"), replica(2, 20 * MILLISECOND)],
        [read("k"), replica(0)],
        [read("k"), { role: "primary", choice: 0, fresh: "session" }],
      ],
    );
    expect(asked).toEqual([
      "node-2 read atLeast=0",
      "node-1 write",
      "node-3 read atLeast=8",
      `node-2 read staleness=${20 * MILLISECOND}`,
      "node-2 read",
      "node-1 read atLeast=11 fromPrimary=true",
    ]);
  });

  test("waits no longer for all nodes together than for one", async () => {
    const { outcomes } = await carriedOut(() => new Promise(() => undefined), [[write("k", "a")]]);
    expect(outcomes).toEqual(["timeout"]);
  });
});
