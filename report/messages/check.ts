/** What `faultline check` says beside what the checkers say, in English. */
export const checkEnglish = {
  "check-valid": "valid",
  "check-invalid": "invalid",
  "check-unknown": "unknown",
  "check-unusable": "unusable",

  "check-operations": "{count:count} operations",
  "check-operation": "1 operation",
  "check-clients": "{count:count} clients",
  "check-client": "1 client",
  "check-keys": "{count:count} keys",
  "check-key": "1 key",

  "check-line": "line {line}",
  "check-process": "process {process} is {name}",
  "check-bound": "The history has {size:count} {what}; at most {bound:count} can be judged.",
  "check-more": "… {count:count} more",
  "check-ignored": "left out: {count:count} entries of processes that are no clients",
  "check-out-of-order": "line {line}: the time goes back here; the order of lines is what counts",
  "check-too-large":
    "More than {memory:count} MiB of memory are needed; {read:count} operations had been read. Allow more with --memory, or judge a part of the keys, or a span of the time.",
} as const;

/** The same in Simplified Chinese. */
export const checkChinese: Readonly<Record<keyof typeof checkEnglish, string>> = {
  "check-valid": "有效",
  "check-invalid": "无效",
  "check-unknown": "未知",
  "check-unusable": "无法使用",

  "check-operations": "{count:count} 个操作",
  "check-operation": "1 个操作",
  "check-clients": "{count:count} 个客户端",
  "check-client": "1 个客户端",
  "check-keys": "{count:count} 个键",
  "check-key": "1 个键",

  "check-line": "第 {line} 行",
  "check-process": "进程 {process} 即 {name}",
  "check-bound": "该历史有 {size:count} 个 {what}；最多只能判定 {bound:count} 个。",
  "check-more": "……另有 {count:count} 处",
  "check-ignored": "已略去非客户端进程的 {count:count} 条记录",
  "check-out-of-order": "第 {line} 行：时间倒退；以行的先后为准",
  "check-too-large":
    "所需内存超过 {memory:count} MiB；此时已读入 {read:count} 个操作。可用 --memory 放宽限制，或只检查一部分键或一段时间。",
};
