import { condition, type Claim } from "./claim.ts";
import { AS_WRITTEN } from "./sd-modes.ts";

const TAILING = `${AS_WRITTEN}+unsynced-tailing`;
const EXCLUSIVE = `${AS_WRITTEN}+exclusive-open`;

/** Problem 4 of the document: what the operating system adds. */
export const cachesAndLocksClaims: readonly Claim[] = [
  {
    id: "SD-9",
    words: "主节点写入的数据可能在缓存中",
    literature: "confirmed",
    // What is synced before it is acknowledged, as the document has it, is on the disk: nothing is left in the primary's cache.
    expected: "qualified",
    observations: [
      {
        condition: condition("replica-remembers"),
        scenario: "reader-cache",
        topology: TAILING,
        seeds: 20,
        measure: { of: "finding", finding: "unflushed-read" },
        baseline: { topology: `${TAILING}+uncached-mount` },
        threshold: { is: "above", than: { times: 1 } },
      },
      {
        condition: condition("primary-does-not-sync"),
        scenario: "writer-cache",
        topology: `${TAILING}+unsynced-writes`,
        seeds: 20,
        measure: { of: "finding", finding: "unflushed-read" },
        threshold: { is: "above", than: { value: 0 } },
      },
      {
        condition: condition("primary-syncs"),
        scenario: "writer-cache",
        topology: TAILING,
        seeds: 20,
        measure: { of: "finding", finding: "unflushed-read" },
        threshold: { is: "above", than: { value: 0 } },
      },
    ],
  },
  {
    id: "SD-10",
    words: "从节点无法打开同一路径",
    literature: "qualified",
    expected: "qualified",
    observations: [
      {
        condition: condition("opened-as-primary"),
        scenario: "lock-held",
        topology: EXCLUSIVE,
        seeds: 20,
        measure: { of: "metric", metric: "reads-refused/locked", take: "total" },
        threshold: { is: "above", than: { value: 0 } },
      },
      {
        condition: condition("opened-read-only"),
        scenario: "lock-held",
        topology: AS_WRITTEN,
        seeds: 20,
        measure: { of: "metric", metric: "reads-refused/locked", take: "total" },
        threshold: { is: "above", than: { value: 0 } },
      },
    ],
  },
  {
    id: "SD-11",
    words: "失去保护",
    literature: "confirmed",
    expected: "confirmed",
    observations: [
      {
        condition: condition("acknowledged-lost"),
        scenario: "two-writers",
        topology: `${EXCLUSIVE}+no-lock`,
        seeds: 20,
        measure: { of: "metric", metric: "lost-writes", take: "total" },
        baseline: { topology: AS_WRITTEN },
        threshold: { is: "above", than: { times: 1 } },
      },
      {
        condition: condition("database-broken"),
        scenario: "two-writers",
        topology: `${EXCLUSIVE}+no-lock`,
        seeds: 20,
        measure: { of: "metric", metric: "writes-refused/database-failed", take: "total" },
        baseline: { topology: AS_WRITTEN },
        threshold: { is: "above", than: { times: 1 } },
      },
    ],
  },
  {
    id: "SD-12",
    words: "性能优化与共享读取冲突",
    literature: "qualified",
    expected: "qualified",
    observations: [
      {
        condition: condition("direct-reads-slower"),
        scenario: "direct-io",
        topology: `${AS_WRITTEN}+direct-io`,
        seeds: 30,
        measure: { of: "metric", metric: "replica-read-latency", take: "p50" },
        baseline: { topology: AS_WRITTEN },
        threshold: { is: "at-least", than: { times: 1.5 } },
      },
      {
        condition: condition("direct-reads-fail-more"),
        scenario: "direct-io",
        topology: `${AS_WRITTEN}+direct-io`,
        seeds: 30,
        measure: { of: "metric", metric: "reads-failed", take: "total" },
        baseline: { topology: AS_WRITTEN },
        threshold: { is: "above", than: { times: 1 } },
      },
      {
        condition: condition("direct-reads-wrong"),
        scenario: "direct-io",
        topology: `${AS_WRITTEN}+direct-io`,
        seeds: 30,
        measure: { of: "metric", metric: "wrong-reads", take: "total" },
        threshold: { is: "above", than: { value: 0 } },
      },
    ],
  },
  {
    id: "SD-28",
    words: "共享磁盘需要禁用锁",
    literature: "refuted",
    expected: "refuted",
    observations: [
      {
        // The lock is on, and held by the primary: were it in the way, replicas would answer nothing.
        condition: condition("read-only-beside-lock"),
        scenario: "lock-held",
        topology: AS_WRITTEN,
        seeds: 20,
        measure: { of: "metric", metric: "reads-ok", take: "total" },
        threshold: { is: "at-most", than: { value: 0 } },
      },
    ],
  },
];
