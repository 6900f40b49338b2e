import * as v from "valibot";
import { InvalidOptionError } from "../engine/index.ts";
import { resolveOptions, type EngineOptions } from "../engine/options.ts";
import { PARTITION_SHAPES } from "./faults/fault.ts";
import { problemOf } from "./plan-operations.ts";
import { LARGEST_VALUE, PLAN_SCHEMA, WORKLOAD_KINDS, type Plan } from "./plan.ts";
import { VERIFIER } from "./verifier.ts";

/** More than any run needs: a plan beyond is a mistake, or meant to do harm. */
const MOST_CLIENTS = 1_000;
const MOST_STEPS = 1_000_000;
const MOST_FAULTS = 10_000;
const MOST_REPLICAS = 100;
/** What a disk does takes its time to the end: one slower than this would not come back within a run. */
const SLOWEST = 1_000_000;
const LONGEST_TEXT = 1_000_000;

const whole = v.pipe(v.number(), v.safeInteger());
const natural = v.pipe(whole, v.minValue(0));
const duration = natural;
const perMillion = v.pipe(natural, v.maxValue(1_000_000));
const text = v.pipe(v.string(), v.maxLength(LONGEST_TEXT));
const bytes = v.pipe(natural, v.maxValue(LARGEST_VALUE));
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(200));

const roles = ["primary", "leader", "replica", "coordinator", "disk"] as const;
const target = v.strictObject({
  role: v.picklist(["primary", "replica"]),
  choice: natural,
  fresh: v.exactOptional(v.union([v.literal("session"), duration])),
});

const operation = v.variant("op", [
  v.strictObject({ op: v.literal("read"), key: text }),
  v.strictObject({
    op: v.literal("write"),
    key: text,
    value: text,
    bytes,
  }),
  v.strictObject({ op: v.literal("delete"), key: text }),
  v.strictObject({
    op: v.literal("cas"),
    key: text,
    from: v.nullable(text),
    to: text,
    bytes: v.exactOptional(bytes),
    expectsKnown: v.exactOptional(v.boolean()),
  }),
  v.strictObject({ op: v.literal("increment"), key: text, delta: whole }),
  v.strictObject({ op: v.literal("read-counter"), key: text }),
  v.strictObject({ op: v.literal("add"), key: text, element: whole }),
  v.strictObject({ op: v.literal("read-set"), key: text }),
  v.strictObject({ op: v.literal("transfer"), from: text, to: text, amount: natural }),
  v.strictObject({ op: v.literal("deposit"), keys: v.array(text), amount: natural }),
  v.strictObject({ op: v.literal("read-accounts"), keys: v.array(text) }),
  v.strictObject({
    op: v.literal("txn"),
    steps: v.array(v.union([v.strictTuple([v.literal("r"), text]), v.strictTuple([v.literal("append"), text, whole])])),
  }),
  v.strictObject({ op: v.literal("scan"), from: text, limit: natural }),
]);

const step = v.strictObject({
  wait: duration,
  operation,
  target: v.exactOptional(target),
  sync: v.exactOptional(v.picklist(["async", "semi", "full"])),
});

const client = v.strictObject({
  name: v.pipe(
    name,
    v.check(
      (text) => text !== VERIFIER && !/^operator(-\d+)?$/.test(text),
      `A client cannot be called '${VERIFIER}', 'operator' or 'operator-1': a run has other machines of that name`,
    ),
  ),
  workload: v.picklist(WORKLOAD_KINDS),
  steps: v.pipe(v.array(step), v.maxLength(MOST_STEPS)),
});

const bare = <const Kind extends string>(kind: Kind) => v.strictObject({ kind: v.literal(kind) });
const chancy = <const Kind extends string>(kind: Kind) => v.strictObject({ kind: v.literal(kind), perMillion });
const stepped = <const Kind extends string>(kind: Kind) =>
  v.strictObject({ kind: v.literal(kind), microseconds: whole });

const fault = v.variant("kind", [
  bare("kill"),
  bare("power-loss"),
  bare("wipe"),
  bare("pause"),
  v.strictObject({ kind: v.literal("partition"), shape: v.picklist(PARTITION_SHAPES) }),
  bare("clog"),
  bare("swizzle-clog"),
  chancy("packet-loss"),
  chancy("duplication"),
  chancy("reordering"),
  v.strictObject({ kind: v.literal("slow-link"), latency: duration }),
  bare("connection-reset"),
  stepped("clock-skew"),
  v.strictObject({
    kind: v.literal("clock-drift"),
    ppm: v.pipe(whole, v.minValue(-500_000), v.maxValue(500_000)),
  }),
  stepped("clock-step"),
  v.strictObject({
    kind: v.literal("disk-error"),
    code: v.literal("EIO"),
    when: v.picklist(["before", "after"]),
    perMillion,
  }),
  v.strictObject({
    kind: v.literal("sync-failure"),
    mode: v.picklist(["stays-dirty", "marked-clean", "reported-once"]),
    perMillion,
  }),
  chancy("short-transfer"),
  chancy("lying-sync"),
  chancy("lost-write"),
  chancy("misdirected-write"),
  chancy("device-lost"),
  bare("disk-full"),
  v.strictObject({ kind: v.literal("disk-slow"), factor: v.pipe(natural, v.minValue(1), v.maxValue(SLOWEST)) }),
  bare("disk-stall"),
  v.strictObject({ kind: v.literal("bit-rot"), bits: v.pipe(natural, v.maxValue(10_000)) }),
  bare("disk-server-crash"),
  bare("lost-locks"),
  v.strictObject({ kind: v.literal("operator"), action: name }),
]);

const plannedFault = v.strictObject({
  at: duration,
  lasts: duration,
  duringWrite: v.boolean(),
  on: v.strictObject({
    role: v.picklist([...roles, "node", "client"]),
    choice: natural,
    count: v.exactOptional(v.pipe(natural, v.minValue(1))),
  }),
  fault,
});

/** Engine options are checked, one by one, by the engine itself; here only that they are plain. */
const engine = v.record(v.string(), v.union([v.number(), v.string(), v.boolean(), v.record(v.string(), v.number())]));

const profile = v.picklist(["nvme", "ssd", "network"]);

/** The shape of {@link Plan}, for plans that come from outside. */
export const planSchema = v.strictObject({
  schema: v.literal(PLAN_SCHEMA),
  scenario: name,
  topology: name,
  seed: natural,
  cluster: v.strictObject({
    replicas: v.pipe(natural, v.maxValue(MOST_REPLICAS)),
    engine,
    settings: v.exactOptional(v.record(name, v.union([v.boolean(), v.number(), text]))),
  }),
  disks: v.strictObject({ local: profile, shared: profile, serverMemory: v.exactOptional(natural) }),
  mount: v.strictObject({ attributeCacheMin: duration, attributeCacheMax: duration }),
  network: v.picklist(["rack", "region", "cross-region"]),
  clients: v.pipe(v.array(client), v.minLength(1), v.maxLength(MOST_CLIENTS)),
  faults: v.pipe(v.array(plannedFault), v.maxLength(MOST_FAULTS)),
  onCall: v.exactOptional(v.strictObject({ reaction: duration })),
  unbounded: v.exactOptional(v.boolean()),
  healing: v.exactOptional(v.strictObject({ after: duration, core: natural })),
  salt: v.exactOptional(natural),
  limit: duration,
});

/** A plan from outside that is not one. The message names the place in it, and what is wrong there. */
export class PlanShapeError extends Error {
  override readonly name = "PlanShapeError";
}

/** A plan from outside, checked. @throws PlanShapeError */
export function parsePlan(input: unknown): Plan {
  checkVersion("plan", input, PLAN_SCHEMA);
  const result = v.safeParse(planSchema, input);
  if (!result.success) throw new PlanShapeError(describeIssue(result.issues[0]));
  checkEngine(result.output.cluster.engine);
  const names = new Set(result.output.clients.map((each) => each.name));
  if (names.size < result.output.clients.length) throw new PlanShapeError("clients: two have the same name");
  const { clients, limit } = result.output;
  const idle = clients.find(({ steps }) => steps.reduce((sum, { wait }) => sum + wait, 0) >= limit);
  // Not to be done by then would be no fault of the design's.
  if (idle !== undefined) throw new PlanShapeError(`clients: the waits of '${idle.name}' alone exceed the limit`);
  const problem = problemOf(result.output.clients);
  if (problem !== undefined) throw new PlanShapeError(problem);
  return result.output;
}

/** @throws PlanShapeError when another build wrote it, in another shape */
export function checkVersion(what: "plan" | "case", input: unknown, current: number): void {
  const schema = typeof input === "object" && input !== null && "schema" in input ? input.schema : undefined;
  if (typeof schema !== "number" || schema === current) return;
  const which = schema > current ? "a newer build wrote it" : "draw or shrink it anew";
  throw new PlanShapeError(`${what} schema ${schema}; this build reads schema ${current}: ${which}`);
}

function checkEngine(engine: Partial<EngineOptions>): void {
  const known = Object.keys(resolveOptions());
  const unknown = Object.keys(engine).find((option) => !known.includes(option));
  // The engine would go on with the default of what was meant, and nobody would know.
  if (unknown !== undefined) throw new PlanShapeError(`cluster.engine: there is no option '${unknown}'`);
  try {
    resolveOptions(engine);
  } catch (error) {
    if (!(error instanceof InvalidOptionError)) throw error;
    throw new PlanShapeError(`cluster.engine: ${error.message}`);
  }
}

/** Where in the input, and what: "clients[0].steps[3].wait: Invalid type: Expected number but received string". */
export function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? [])
    .map(({ key }) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "");
  return `${path === "" ? "" : `${path}: `}${issue.message}`;
}
