import { condition, type Claim } from "./claim.ts";

/** The mode in which the document's proposal is faithfully what its pictures show. */
const AS_WRITTEN = "shared-disk:as-written";

/** Claims of the document on a shared disk, the proposal that it rejects. */
export const sharedDiskClaims: readonly Claim[] = [
  {
    id: "SD-2",
    words: "文件可能被主节点删除了",
    literature: "confirmed",
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
    id: "SD-3",
    words: "可能读到旧版本",
    literature: "confirmed",
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
    ],
  },
];
