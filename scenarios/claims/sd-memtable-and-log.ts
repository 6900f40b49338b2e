import { condition, type Claim } from "./claim.ts";
import { AS_WRITTEN } from "./sd-modes.ts";

const TAILING = `${AS_WRITTEN}+wal-tailing`;

/** Problem 3 of the document: what stands in the primary's memtable and log alone. */
export const memtableAndLogClaims: readonly Claim[] = [
  {
    id: "SD-6",
    words: "从节点看不到主节点MemTable中的数据",
    literature: "confirmed",
    expected: "confirmed",
    observations: [
      {
        condition: condition("nothing-cached"),
        scenario: "invisible-memtable",
        topology: AS_WRITTEN,
        seeds: 30,
        measure: { of: "finding", finding: "unflushed-read" },
        baseline: { topology: "single" },
        threshold: { is: "above", than: { times: 1 } },
      },
    ],
  },
  {
    id: "SD-7",
    words: "无法读取主节点的WAL",
    literature: "qualified",
    expected: "qualified",
    observations: [
      {
        condition: condition("log-not-read"),
        scenario: "invisible-memtable",
        topology: AS_WRITTEN,
        seeds: 30,
        measure: { of: "metric", metric: "reads-before-flush", take: "total" },
        threshold: { is: "at-most", than: { value: 0 } },
      },
      {
        condition: condition("log-tailed"),
        scenario: "invisible-memtable",
        topology: TAILING,
        seeds: 30,
        measure: { of: "metric", metric: "reads-before-flush", take: "total" },
        threshold: { is: "at-most", than: { value: 0 } },
      },
      {
        // What it costs: a tailing reader lists the directory and asks for the log's attributes at each read.
        condition: condition("log-tailed-for-nothing"),
        scenario: "invisible-memtable",
        topology: TAILING,
        seeds: 30,
        measure: { of: "ratio", ratio: "metadata-per-second" },
        baseline: { topology: AS_WRITTEN },
        threshold: { is: "above", than: { times: 1.1 } },
      },
    ],
  },
  {
    id: "SD-8",
    words: "必须等主节点Flush",
    literature: "qualified",
    expected: "qualified",
    observations: [
      {
        condition: condition("log-not-read"),
        scenario: "invisible-memtable",
        topology: AS_WRITTEN,
        seeds: 30,
        measure: { of: "metric", metric: "replica-staleness", take: "p50" },
        baseline: { topology: TAILING },
        threshold: { is: "above", than: { times: 2 } },
      },
      {
        condition: condition("log-tailed"),
        scenario: "invisible-memtable",
        topology: TAILING,
        seeds: 30,
        measure: { of: "metric", metric: "reads-before-flush", take: "total" },
        threshold: { is: "at-most", than: { value: 0 } },
      },
    ],
  },
  {
    id: "SD-27",
    words: "数据不一致",
    literature: "qualified",
    expected: "qualified",
    observations: [
      {
        condition: condition("stale-prefix"),
        scenario: "inconsistent-reads",
        topology: AS_WRITTEN,
        seeds: 50,
        measure: { of: "metric", metric: "stale-scans", take: "total" },
        baseline: { topology: "single" },
        threshold: { is: "above", than: { times: 1 } },
      },
      {
        condition: condition("mixed-versions"),
        scenario: "inconsistent-reads",
        topology: AS_WRITTEN,
        seeds: 50,
        measure: { of: "metric", metric: "mixed-scans", take: "total" },
        baseline: { topology: "single" },
        threshold: { is: "above", than: { times: 1 } },
      },
      {
        condition: condition("silently-partial"),
        scenario: "inconsistent-reads",
        topology: AS_WRITTEN,
        seeds: 50,
        measure: { of: "metric", metric: "partial-scans", take: "total" },
        baseline: { topology: "single" },
        threshold: { is: "above", than: { times: 1 } },
      },
    ],
  },
];
