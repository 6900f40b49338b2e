import { MILLISECOND, SECOND } from "../host/time.ts";
import type { EngineOptions } from "../engine/options.ts";
import { machines } from "./machines.ts";
import type { Expectation, Scenario } from "./scenario.ts";
import { parseOperationTrace, type OperationTraceOptions } from "./traces/operation-trace.ts";
import { traceClients, type TraceClientsOptions } from "./traces/trace-clients.ts";

export interface TraceScenarioOptions extends OperationTraceOptions, Partial<TraceClientsOptions> {
  /** Nodes beside the first. Default 2. */
  readonly replicas?: number;
  /** What differs from the engine's defaults. */
  readonly engine?: Partial<EngineOptions>;
  /** Topologies to run on and what is foreseen for each. Default: `single` holds. */
  readonly expectations?: ReadonlyMap<string, Expectation>;
}

const DEFAULT_CLIENTS = 8;
/** What an operation may take beyond its place in the trace, on the average, before a run is given up. */
const PATIENCE = 100 * MILLISECOND;

/**
 * A scenario made of a recorded operation trace. Seeds differ in what chance decides, such as which replica a read asks; not
 * in what clients do.
 *
 * @param text the trace, as {@link parseOperationTrace} reads it
 * @throws OperationTraceError
 */
export function traceScenario(name: string, text: string, options: TraceScenarioOptions = {}): Scenario {
  const trace = parseOperationTrace(text, options);
  const { clients = DEFAULT_CLIENTS, readFrom = "primary", replicas = 2, engine = {} } = options;
  const span = trace.at(-1)?.time ?? 0;
  return {
    name,
    summary: `a recorded trace: ${trace.length} operations in ${Math.ceil(span / SECOND)} s`,
    claims: [],
    expectations: options.expectations ?? new Map([["single", { kind: "holds" }]]),
    plan: (random) => ({
      cluster: { replicas, engine },
      ...machines("ssd"),
      clients: traceClients(trace, random("trace"), { clients, readFrom }),
      faults: [],
      limit: span + 60 * SECOND + trace.length * PATIENCE,
    }),
  };
}
