import { raftLease, raftReadIndex } from "../topologies/raft/raft.ts";
import { measure, writeOf } from "./replicated-cluster.ts";

await measure(
  [raftReadIndex, raftLease],
  raftReadIndex,
  {
    operationsPerSecond: 100,
    what: "operations a second, half of them reads",
    next: (host, key) => (host.random("kinds").chance(1, 2) ? { op: "read", key } : writeOf(key)),
  },
  Number(process.argv[2] ?? 60),
);
