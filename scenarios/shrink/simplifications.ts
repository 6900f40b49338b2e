import type { EngineOptions } from "../../engine/options.ts";
import type { ClientStep, Plan } from "../plan.ts";

/**
 * Ways to make a plan simpler as a whole: limits so tiny that less work reaches them, fewer replicas, no waiting, no
 * caches, no healing, values of no size. In the order in which they help most.
 */
export function* coarseSimplifications(plan: Plan): Generator<Plan> {
  const { engine } = plan.cluster;
  for (const tiny of TINIEST) {
    if (!isTighter(tiny, engine)) continue;
    yield withEngine(plan, { ...engine, ...tiny });
  }
  if (plan.cluster.replicas > 1) {
    yield { ...plan, cluster: { ...plan.cluster, replicas: 1 } };
    if (plan.cluster.replicas > 2) {
      yield { ...plan, cluster: { ...plan.cluster, replicas: plan.cluster.replicas - 1 } };
    }
  }
  const { healing, ...unhealed } = plan;
  if (healing !== undefined) yield unhealed;
  if (plan.mount.attributeCacheMax > 0) yield { ...plan, mount: { attributeCacheMin: 0, attributeCacheMax: 0 } };
  if (plan.network !== "rack") yield { ...plan, network: "rack" };
  if (waits(plan)) yield withSteps(plan, (step) => ({ ...step, wait: 0 }));
  yield* sizes(plan);
}

/** Ways to make one thing of a plan simpler: an engine option, a wait, a fault. */
export function* fineSimplifications(plan: Plan): Generator<Plan> {
  const { engine } = plan.cluster;
  for (const option of Object.keys(engine) as (keyof EngineOptions)[]) {
    // Without these the limits would be large again: the one simplification would undo the other, for ever.
    if (TINIEST.some((tiny) => option in tiny)) continue;
    const { [option]: _dropped, ...rest } = engine;
    yield withEngine(plan, rest);
  }
  yield* singleSteps(plan);
  yield* faultsAlone(plan);
}

/** Limits at which every write is a table, and every table calls for a compaction; each by itself, and all. */
const TINIEST: readonly Partial<EngineOptions>[] = [
  { writeBufferBytes: 1, level0CompactionTrigger: 1, tableBytes: 1 },
  { writeBufferBytes: 1, level0CompactionTrigger: 2 },
  { writeBufferBytes: 1 },
  { level0CompactionTrigger: 1 },
  { level0CompactionTrigger: 2 },
];

/** Whether limits are lower than a plan's, and none is higher: else two simplifications would undo each other, for ever. */
function isTighter(tiny: Partial<EngineOptions>, engine: Partial<EngineOptions>): boolean {
  const steps = Object.entries(tiny).map(([option, value]) => {
    const present = engine[option as keyof EngineOptions];
    return (typeof present === "number" ? present : Infinity) - (value as number);
  });
  return steps.every((step) => step >= 0) && steps.some((step) => step > 0);
}

function waits(plan: Plan): boolean {
  return plan.clients.some((client) => client.steps.some((step) => step.wait > 0));
}

function* sizes(plan: Plan): Generator<Plan> {
  const sized = (step: ClientStep): boolean => step.operation.op === "write" && step.operation.bytes > 0;
  if (!plan.clients.some((client) => client.steps.some(sized))) return;
  yield withSteps(plan, ({ operation, ...step }) =>
    operation.op === "write" ? { ...step, operation: { ...operation, bytes: 0 } } : { ...step, operation },
  );
}

/** Each step without its wait. */
function* singleSteps(plan: Plan): Generator<Plan> {
  for (const [client, { steps }] of plan.clients.entries()) {
    for (const [index, step] of steps.entries()) {
      if (step.wait === 0) continue;
      const changed = steps.with(index, { ...step, wait: 0 });
      yield { ...plan, clients: plan.clients.with(client, { ...plan.clients[client], steps: changed } as never) };
    }
  }
}

/** Each fault at once, or at a round time. */
function* faultsAlone(plan: Plan): Generator<Plan> {
  for (const [index, fault] of plan.faults.entries()) {
    if (fault.on.count !== undefined) {
      const { count: _count, ...on } = fault.on;
      yield { ...plan, faults: plan.faults.with(index, { ...fault, on }) };
    }
    if (fault.duringWrite) yield { ...plan, faults: plan.faults.with(index, { ...fault, duringWrite: false }) };
  }
}

function withEngine(plan: Plan, engine: Partial<EngineOptions>): Plan {
  return { ...plan, cluster: { ...plan.cluster, engine } };
}

function withSteps(plan: Plan, change: (step: ClientStep) => ClientStep): Plan {
  return { ...plan, clients: plan.clients.map((client) => ({ ...client, steps: client.steps.map(change) })) };
}
