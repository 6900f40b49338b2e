/** What a user's own scenario imports as "faultline/scenarios". */
export type { RandomStream } from "../host/random.ts";
export { MICROSECOND, MILLISECOND, MINUTE, SECOND, type Duration } from "../host/time.ts";
export type { ClusterConfig, ReadTarget } from "../topologies/topology.ts";
export type { ClusterMachines, MountPlan } from "./cluster.ts";
export { drawFaults, COMMON_FAULTS, DISK_FAULTS, SHARED_DISK_FAULTS, type SwarmOptions } from "./faults/swarm.ts";
export type { Fault, FaultSubject, PlannedFault } from "./faults/fault.ts";
export type { ClientPlan, ClientStep, HealingPlan, Plan, PlannedOperation, WorkloadKind } from "./plan.ts";
export type { Expectation, FindingKind, Scenario } from "./scenario.ts";
export { planArbitrary } from "./shrink/plan-arbitrary.ts";
export type { Range } from "./workloads/draw.ts";
export { reader, writer, type ReaderOptions, type WriterOptions } from "./workloads/register.ts";
