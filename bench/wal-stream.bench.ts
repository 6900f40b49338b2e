import { walStreamAsync, walStreamFull, walStreamSemi } from "../topologies/wal-stream/wal-stream.ts";
import { measure, writeOf } from "./replicated-cluster.ts";

await measure(
  [walStreamAsync, walStreamSemi, walStreamFull],
  walStreamSemi,
  { operationsPerSecond: 200, what: "changes a second", next: (_host, key) => writeOf(key) },
  Number(process.argv[2] ?? 60),
);
