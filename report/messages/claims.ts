/**
 * Statements of the document's claims, the conditions under which they are looked at, how figures are held against what
 * would support them, and titles of comparisons, in English. The document's own words stand in the ledger.
 */
export const claimsEnglish = {
  "claim-SD-2": "compaction deletes an SSTable that a replica is about to open: “file not found”",
  "claim-SD-3": "a replica acts on an older manifest version than the files on disk",

  "condition-mounts-seldom-stale":
    "as the document draws it, of four mounts three believe attributes for a second at most",
  "condition-mounts-stale-for-seconds":
    "as the document draws it, mounts believe attributes for seconds, as Linux does",

  "verdict-confirmed": "confirmed",
  "verdict-qualified": "qualified",
  "verdict-refuted": "refuted",
  "verdict-undecided": "undecided",
  "claim-literature": "literature: {verdict}",
  "claim-examine": "literature: {verdict}, to be examined",
  "claim-expected": "expected: {verdict}",
  "claim-observed": "{condition}: {what} {figure}; {than} supports it",
  "claim-rests": "{condition}: {what} in {scenario} on {topology}, {seeds:count} runs; {than} supports it",
  "than-above": "more than {bound}",
  "than-at-least": "at least {bound}",
  "than-below": "less than {bound}",
  "than-at-most": "at most {bound}",
  "bound-beside": "{bound} ({figure} on {baseline})",
  "bound-same": "the {bound} on {baseline}",
  "bound-times": "{bound}, {times} × the {figure} on {baseline}",
  "bound-same-to-come": "on {baseline}",
  "bound-times-to-come": "{times} × that on {baseline}",
  "open-awaited": "awaits {awaits}, which is not there yet",
  "open-not-run": "not run",
  "open-one-shard-only": "one shard alone does not decide it: merge them all",
  "open-too-few-seeds": "too few runs: {seeds:count} are needed",
  "open-failed-runs": "some of its runs could not be judged",
  "open-no-values": "no run has a value to make it of",

  "table-ablation": "no mitigation, each by itself, all of them, and all but one",
} as const;

/** The same in Simplified Chinese. */
export const claimsChinese: Readonly<Record<keyof typeof claimsEnglish, string>> = {
  "claim-SD-2": "压实删除了副本正要打开的 SSTable：“文件不存在”",
  "claim-SD-3": "副本依据的清单版本比磁盘上的文件旧",

  "condition-mounts-seldom-stale": "如文档所画，四分之三的挂载点最多缓存属性一秒",
  "condition-mounts-stale-for-seconds": "如文档所画，挂载点像 Linux 那样缓存属性数秒",

  "verdict-confirmed": "成立",
  "verdict-qualified": "有条件成立",
  "verdict-refuted": "不成立",
  "verdict-undecided": "未定",
  "claim-literature": "文献：{verdict}",
  "claim-examine": "文献：{verdict}，待查",
  "claim-expected": "预期：{verdict}",
  "claim-observed": "{condition}：{what} {figure}；{than}则支持",
  "claim-rests": "{condition}：{scenario} 在 {topology} 上的{what}，{seeds:count} 次运行；{than}则支持",
  "than-above": "大于 {bound}",
  "than-at-least": "不小于 {bound}",
  "than-below": "小于 {bound}",
  "than-at-most": "不大于 {bound}",
  "bound-beside": "{bound}（{baseline} 为 {figure}）",
  "bound-same": "{baseline} 的 {bound}",
  "bound-times": "{bound}，即 {baseline} 的 {figure} 的 {times} 倍",
  "bound-same-to-come": "{baseline}",
  "bound-times-to-come": "{baseline} 的 {times} 倍",
  "open-awaited": "有待 {awaits}，尚不存在",
  "open-not-run": "未运行",
  "open-one-shard-only": "单个分片无法判定：请合并所有分片",
  "open-too-few-seeds": "运行次数不足：需要 {seeds:count} 次",
  "open-failed-runs": "部分运行无法裁决",
  "open-no-values": "没有运行给出数值",

  "table-ablation": "无缓解措施、各项单独启用、全部启用、各缺一项",
};
