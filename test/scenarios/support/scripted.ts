import type { Host } from "../../../host/host.ts";
import { NodeDrain } from "../../../host/nodejs/drain.ts";
import { MILLISECOND, SECOND } from "../../../host/time.ts";
import type { ClientPlan, Plan, PlannedOperation, WorkloadKind } from "../../../scenarios/plan.ts";
import { runPlan, type RunPlanOptions, type RunReport } from "../../../scenarios/run-plan.ts";
import { NodeCaller } from "../../../topologies/cluster-client.ts";
import type { ClientOperation } from "../../../topologies/operation.ts";
import type { ClientReply } from "../../../topologies/protocol.ts";
import { holding } from "../../../topologies/roles.ts";
import { serveClients } from "../../../topologies/serve.ts";
import { bears, type NodeState, type Topology } from "../../../topologies/topology.ts";

const NODE = "primary";

/** What a scripted node is asked: its registers are a map in memory, which every incarnation finds empty. */
export interface ScriptedNode {
  readonly host: Host;
  /** When it was started, on its clock. */
  readonly started: number;
  readonly registers: Map<string, string>;
}

export type Script = (operation: ClientOperation, node: ScriptedNode) => ClientReply | Promise<ClientReply>;

export const answered = (value: (ClientReply & { readonly ok: true })["value"] = null): ClientReply => ({
  ok: true,
  value,
  position: null,
});

/** Reads and writes registers as they should be. */
export const registers: Script = (operation, node) => {
  if (operation.op === "read") return answered(node.registers.get(operation.key) ?? null);
  if (operation.op === "write") node.registers.set(operation.key, operation.value);
  return answered();
};

/** A design of one node with a disk of its own, which answers as a script says. */
export function scripted(script: Script, rest: Partial<Topology> = {}): Topology {
  return {
    id: "scripted",
    summary: "a node that answers as a test says",
    promises: [
      { property: "reads-answered" },
      { property: "values-written" },
      { property: "linearizable" },
      { property: "progress", within: 2 * SECOND },
    ],
    faultModel: bears("pause"),
    roles: [{ role: "primary", holders: (nodes) => holding(nodes, "primary"), whenVacant: "nobody" }],
    invariants: [],
    actions: [],
    place: () => ({ nodes: [{ name: NODE, mounts: ["local"] }], sharedDisk: undefined }),
    cores: () => [[NODE]],
    startNode(host) {
      const node: ScriptedNode = { host, started: host.clock.monotonic(), registers: new Map() };
      const state: NodeState = { ready: true, role: "primary", fields: {} };
      return {
        run: () => serveClients(host, async (operation) => script(operation, node)),
        inspect: () => ({ ...state, fields: { registers: node.registers.size } }),
      };
    },
    connect(host) {
      const caller = new NodeCaller(host);
      return { execute: (operation) => caller.execute(NODE, operation) };
    },
    ...rest,
  };
}

/** A client that does these operations, one after the other. */
export function clientDoing(
  name: string,
  operations: readonly PlannedOperation[],
  { wait = 10 * MILLISECOND, workload = "register" }: { readonly wait?: number; readonly workload?: WorkloadKind } = {},
): ClientPlan {
  return { name, workload, steps: operations.map((operation) => ({ wait, operation })) };
}

export const write = (key: string, value: string): PlannedOperation => ({ op: "write", key, value, bytes: 0 });
export const read = (key: string): PlannedOperation => ({ op: "read", key });

/** A plan made by hand: what is left out is nothing. */
export function planOf(clients: readonly ClientPlan[], rest: Partial<Plan> = {}): Plan {
  return {
    schema: 2,
    scenario: "made-up",
    topology: "scripted",
    seed: 1,
    cluster: { replicas: 0, engine: {} },
    disks: { local: "ssd", shared: "network" },
    network: "rack",
    mount: { attributeCacheMin: 0, attributeCacheMax: 0 },
    clients,
    faults: [],
    limit: 300 * SECOND,
    ...rest,
  };
}

export function runOn(topology: Topology, plan: Plan, options: Partial<RunPlanOptions> = {}): Promise<RunReport> {
  return runPlan(plan, { drain: new NodeDrain(), topology, ...options });
}
