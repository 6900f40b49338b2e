/** What a user's own scenario imports as "faultline/scenarios". */
export type { RandomStream } from "../host/random.ts";
export { MICROSECOND, MILLISECOND, MINUTE, SECOND, type Duration } from "../host/time.ts";
export type { ClusterConfig, ReadTarget } from "../topologies/topology.ts";
export type { ClusterMachines, MountPlan } from "./cluster.ts";
export type { ClientPlan, ClientStep, Plan } from "./plan.ts";
export type { Expectation, FindingKind, Scenario } from "./scenario.ts";
export { reader, writer, type Range, type ReaderOptions, type WriterOptions } from "./workload.ts";
