import { condition, type Claim } from "./claim.ts";
import { AS_WRITTEN, POSIX_DISK } from "./sd-modes.ts";

/** Problem 1 of the document: the primary's background work, under those who only read. */
export const backgroundWorkClaims: readonly Claim[] = [
  {
    id: "SD-1",
    words: "后台操作仍会修改文件",
    literature: "confirmed",
    expected: "confirmed",
    observations: [
      {
        condition: condition("changes-under-reads"),
        scenario: "compaction-race",
        topology: AS_WRITTEN,
        seeds: 50,
        measure: { of: "metric", metric: "file-changes-in-reads", take: "total" },
        threshold: { is: "above", than: { value: 0 } },
      },
      {
        condition: condition("readers-change-nothing"),
        scenario: "compaction-race",
        topology: AS_WRITTEN,
        seeds: 50,
        measure: { of: "metric", metric: "reader-file-changes", take: "total" },
        threshold: { is: "at-most", than: { value: 0 } },
      },
    ],
  },
  {
    id: "SD-2",
    words: "文件可能被主节点删除了",
    literature: "confirmed",
    expected: "confirmed",
    observations: [
      {
        condition: condition("mounts-seldom-stale"),
        scenario: "compaction-race",
        topology: AS_WRITTEN,
        seeds: 50,
        measure: { of: "finding", finding: "table-vanished" },
        baseline: { topology: "single" },
        threshold: { is: "above", than: { times: 1 } },
      },
      {
        condition: condition("mounts-stale-for-seconds"),
        scenario: "stale-manifest",
        topology: AS_WRITTEN,
        seeds: 50,
        measure: { of: "finding", finding: "table-vanished" },
        baseline: { topology: "single" },
        threshold: { is: "above", than: { times: 1 } },
      },
    ],
  },
  {
    id: "SD-25",
    words: "从节点正在读取SSTable文件A",
    literature: "qualified",
    expected: "qualified",
    observations: [
      {
        condition: condition("network-mount"),
        scenario: "open-table",
        topology: AS_WRITTEN,
        seeds: 50,
        measure: { of: "finding", finding: "table-stale" },
        threshold: { is: "above", than: { value: 0 } },
      },
      {
        condition: condition("posix-disk"),
        scenario: "open-table",
        topology: POSIX_DISK,
        seeds: 50,
        measure: { of: "finding", finding: "table-stale" },
        threshold: { is: "above", than: { value: 0 } },
      },
    ],
  },
];
