import { condition, type Claim } from "./claim.ts";
import { AS_WRITTEN } from "./sd-modes.ts";

/** Problem 2 of the document: the manifest, which the primary writes and replicas read. */
export const manifestClaims: readonly Claim[] = [
  {
    id: "SD-3",
    words: "可能读到旧版本",
    literature: "confirmed",
    // A replica loads the manifest at each read: what it acts on is as old as what its mount believes.
    expected: "qualified",
    observations: [
      {
        condition: condition("mounts-stale-for-seconds"),
        scenario: "stale-manifest",
        topology: AS_WRITTEN,
        seeds: 50,
        measure: { of: "finding", finding: "stale-version" },
        baseline: { topology: "single" },
        threshold: { is: "above", than: { times: 1 } },
      },
      {
        // What is served within a second of a newer version counts as nothing.
        condition: condition("mounts-believe-nothing"),
        scenario: "invisible-memtable",
        topology: AS_WRITTEN,
        seeds: 30,
        measure: { of: "finding", finding: "stale-version" },
        threshold: { is: "above", than: { value: 0 } },
      },
    ],
  },
  {
    id: "SD-4",
    words: "不完整的版本",
    literature: "confirmed",
    expected: "confirmed",
    observations: [
      {
        condition: condition("writes-taken-in-parts"),
        scenario: "torn-manifest",
        topology: AS_WRITTEN,
        seeds: 50,
        measure: { of: "metric", metric: "incomplete-manifests", take: "total" },
        threshold: { is: "above", than: { value: 0 } },
      },
    ],
  },
  {
    id: "SD-5",
    words: "无法感知主节点的文件变更",
    literature: "confirmed",
    // Through a network mount it is as the document has it; a disk of one's own tells of every change.
    expected: "qualified",
    observations: [
      {
        condition: condition("watch-on-network-mount"),
        scenario: "blind-watch",
        topology: `${AS_WRITTEN}+watch`,
        seeds: 20,
        measure: { of: "metric", metric: "changes-noticed", take: "total" },
        threshold: { is: "at-most", than: { value: 0 } },
      },
      {
        condition: condition("watch-on-posix-disk"),
        scenario: "blind-watch",
        topology: `${AS_WRITTEN}+watch+posix-disk`,
        seeds: 20,
        measure: { of: "metric", metric: "changes-noticed", take: "total" },
        threshold: { is: "at-most", than: { value: 0 } },
      },
    ],
  },
  {
    id: "SD-26",
    words: "T1…T5",
    literature: "refuted",
    expected: "refuted",
    observations: [
      {
        // Deletion waits, so that replicas have time to open what is given up and not deleted yet.
        condition: condition("order-as-printed"),
        scenario: "printed-timeline",
        topology: `${AS_WRITTEN}+deferred-deletion`,
        seeds: 50,
        measure: { of: "ratio", ratio: "printed-order-failure-share" },
        threshold: { is: "above", than: { value: 0 } },
      },
    ],
  },
];
