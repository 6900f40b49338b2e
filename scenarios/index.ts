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
export { traceScenario, type TraceScenarioOptions } from "./trace-scenario.ts";
export {
  OperationTraceError,
  parseOperationTrace,
  type OperationTraceOptions,
  type TracedOperation,
} from "./traces/operation-trace.ts";
export { traceClients, type TraceClientsOptions } from "./traces/trace-clients.ts";
export { bankClients, type BankOptions } from "./workloads/bank.ts";
export { compareAndSetClients, type CompareAndSetOptions } from "./workloads/compare-and-set.ts";
export { counterClients, type CounterOptions } from "./workloads/counter.ts";
export type { ClientsOptions, Range, ReadRole } from "./workloads/draw.ts";
export { keyChooser, type KeyChooser, type KeyDistribution } from "./workloads/key-chooser.ts";
export { listAppendClients, type ListAppendOptions } from "./workloads/list-append.ts";
export {
  reader,
  registerClients,
  writer,
  type ReaderOptions,
  type RegisterOptions,
  type WriterOptions,
} from "./workloads/register.ts";
export { scanClients, type ScanOptions } from "./workloads/scan.ts";
export { setClients, type SetOptions } from "./workloads/set.ts";
export { ycsbClients, type YcsbOptions, type YcsbWorkload } from "./workloads/ycsb.ts";
