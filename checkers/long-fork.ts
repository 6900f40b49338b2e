import { describeCycle, type CycleStep } from "./cycle.ts";
import { describeValue } from "./describe-value.ts";
import { components, cyclicComponents } from "./graph/components.ts";
import { DigraphBuilder, inducedSubgraph } from "./graph/digraph.ts";
import { shortestRing } from "./graph/shortest-ring.ts";
import { HistoryError, type HistoryValue, type Operation } from "./history.ts";
import { identityOf, isList, type Identity } from "./identity.ts";
import { microOperationsOf, type MicroOperation } from "./transactions/micro-operation.ts";
import { ViolationLog, type CountedResult, type ReportOptions } from "./violation-log.ts";

/** Reads that say something of the order of writes, and those that do not, as Jepsen counts them. */
export interface LongForkResult extends CountedResult {
  readonly reads: number;
  /** Reads that saw none of their keys written. */
  readonly earlyReads: number;
  /** Reads that saw all of their keys written. */
  readonly lateReads: number;
}

const WR = 1;
const RW = 2;

/**
 * Long fork: writes that reads saw happen in contrary orders, which parallel snapshot isolation allows and snapshot
 * isolation does not (Sovran et al., "Transactional Storage for Geo-replicated Systems", 2011; the check is Jepsen's, with
 * longer rings of reads too). Each key is written at most once. A write is "write" with a key, or "write" or "txn" of
 * [["w", key, value]]; a read is "read" or "txn" of [["r", key, value], ...], or "read" of {key: value}; null is not yet
 * written.
 *
 * Kinds: "long-fork", with the cycle; "garbage-read", a value that no write can have left. In linear time.
 *
 * @throws HistoryError when an operation is nothing of the kind, or a key is written twice
 */
export function checkLongFork(operations: readonly Operation[], options: ReportOptions = {}): LongForkResult {
  const log = new ViolationLog(options);
  const { reads, writes } = sort(operations);
  // Nodes: reads by number, then writes.
  const nodes = [...reads.map(({ operation }) => operation), ...[...writes.values()].map(({ operation }) => operation)];
  const numbers = new Map([...writes.keys()].map((key, at) => [key, reads.length + at]));
  const builder = new DigraphBuilder(nodes.length);
  let [earlyReads, lateReads] = [0, 0];
  reads.forEach(({ operation, steps }, reader) => {
    let seen = 0;
    for (const { key, value } of steps) {
      const write = writes.get(identityOf(key));
      if (value !== null) seen++;
      if (value === null) {
        const missed = numbers.get(identityOf(key));
        if (missed !== undefined && write?.operation.outcome !== "fail") builder.addEdge(reader, missed, RW, -1);
        continue;
      }
      const sound = write !== undefined && write.operation.outcome !== "fail" && write.value === identityOf(value);
      if (sound) builder.addEdge(numbers.get(identityOf(key)) as number, reader, WR, -1);
      else reportGarbage(log, operation, key, value);
    }
    if (seen === 0) earlyReads++;
    if (seen === steps.length) lateReads++;
  });
  const graph = builder.build();
  const keys = [...writes.values()];
  for (const members of cyclicComponents(components(graph, -1))) {
    log.add("long-fork", () => {
      // Two reads and two writes: only a read that contradicts itself makes a shorter one.
      const ring = shortestRing(inducedSubgraph(graph, members), 4).map((edge) => members[edge.from] as number);
      const cycle = ring.map((from, at): CycleStep => {
        const to = ring[(at + 1) % ring.length] as number;
        const relation = from >= reads.length ? "wr" : "rw";
        const write = keys[Math.max(from, to) - reads.length] as Write;
        const ends = { from: (nodes[from] as Operation).index, to: (nodes[to] as Operation).index };
        const params = { ...ends, key: describeValue(write.key), value: describeValue(write.written) };
        return { ...ends, relation, key: params.key, message: { id: `step-${relation}`, params } };
      });
      const involved = ring.map((node) => nodes[node] as Operation);
      const readers = involved.filter((_, at) => (ring[at] as number) < reads.length);
      return {
        operations: involved.map(({ index }) => index),
        message: {
          id: "anomaly-long-fork",
          params: {
            cycle: describeCycle(cycle),
            readers: readers.map(({ index }) => `T${index}`).join(", "),
            processes: readers.map(({ process }) => process).join(", "),
            from: readers.reduce((least, { invoked }) => Math.min(least, invoked), Infinity),
            to: readers.reduce((most, { completed }) => Math.max(most, completed), -Infinity),
          },
        },
        cycle,
      };
    });
  }
  return { ...log.result(), reads: reads.length, earlyReads, lateReads };
}

interface Read {
  readonly operation: Operation;
  readonly steps: readonly Pick<MicroOperation, "key" | "value">[];
}

interface Write {
  readonly operation: Operation;
  readonly key: HistoryValue;
  readonly written: HistoryValue;
  readonly value: Identity;
}

function sort(operations: readonly Operation[]): { reads: Read[]; writes: Map<Identity, Write> } {
  const reads: Read[] = [];
  const writes = new Map<Identity, Write>();
  for (const operation of operations) {
    if (operation.f !== "read" && operation.f !== "write" && operation.f !== "txn") continue;
    const steps = stepsOf(operation);
    const [first] = steps;
    if (first?.f === "write") {
      if (steps.length > 1) throw new HistoryError(operation.start, "a write has to be of one key and nothing else");
      const { key, value } = first;
      if (writes.has(identityOf(key))) {
        throw new HistoryError(
          operation.start,
          `${JSON.stringify(key)} is written twice: each key has to be written once`,
        );
      }
      writes.set(identityOf(key), { operation, key, written: value, value: identityOf(value) });
    } else {
      const other = steps.find(({ f }) => f !== "read");
      if (other !== undefined) throw new HistoryError(operation.start, `a read that has a step of ${other.f} too`);
      if (operation.outcome === "ok" && steps.length > 0) reads.push({ operation, steps });
    }
  }
  return { reads, writes };
}

function stepsOf(operation: Operation): MicroOperation[] {
  const { f, key, value } = operation;
  if (f === "write" && key !== undefined && !isList(value)) return [{ f, key, value: value ?? null }];
  if (isList(value)) return microOperationsOf(operation);
  if (f !== "read") throw new HistoryError(operation.start, `${f} of ${JSON.stringify(value)} is no transaction`);
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).map(([name, seen]) => ({ f, key: name, value: seen }));
  }
  return key === undefined ? [] : [{ f, key, value: value ?? null }];
}

function reportGarbage(
  log: ViolationLog,
  { index, process, invoked }: Operation,
  key: HistoryValue,
  value: HistoryValue,
): void {
  log.add("garbage-read", () => ({
    operations: [index],
    message: {
      id: "anomaly-garbage-read",
      params: { transaction: index, process, time: invoked, key: describeValue(key), value: describeValue(value) },
    },
  }));
}
