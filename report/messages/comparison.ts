/** Comparisons of designs, in English: columns in few words, and what each of them is exactly. */
export const comparisonEnglish = {
  "column-mode": "design and mode",
  "column-consistency": "consistency that held",
  "column-lost-writes": "writes lost",
  "column-answered-in-faults": "answered in faults",
  "column-recovery": "time to recover",
  "column-write-p50": "write p50",
  "column-write-p99": "write p99",
  "column-read-p50": "read p50",
  "column-read-p99": "read p99",
  "column-bytes-per-operation": "bytes per operation",
  "column-operator-steps": "operator steps",
  "column-parts": "parts of the design",
  "column-smallest-seed": "smallest violating seed",

  "define-consistency":
    "what the mode promises of the order in which operations take effect, if every run kept all that the mode promises; else what broke, and in which share of the runs",
  "define-lost-writes":
    "acknowledged writes that were not there in the end, though nothing had replaced them; all runs together",
  "define-answered-in-faults":
    "operations called while a fault lasted and answered, of all that were called then; those declined for what is stored count as answered",
  "define-recovery":
    "from the moment at which a primary was lost until the next write that was called after it was acknowledged; median of all losses",
  "define-write-p50": "how long clients waited for acknowledged writes; median of all writes",
  "define-write-p99": "how long clients waited for acknowledged writes; 99 of 100 were quicker",
  "define-read-p50": "how long clients waited for reads; median of all reads",
  "define-read-p99": "how long clients waited for reads; 99 of 100 were quicker",
  "define-bytes-per-operation":
    "bytes sent over the network and bytes written to disks, of all machines, for each operation done",
  "define-operator-steps": "what a person had to do in a run, mean of all runs",
  "define-parts":
    "kinds of messages, states of a node, settings and kinds of operator steps that there are to build and to know",

  "formula-sum": "sum of {of}",
  "formula-per-run": "sum of {of} / runs",
  "formula-quotient": "{of} / {to}",
  "formula-quantile": "p{percent} of {of}",

  "consistency-linearizable": "linearizable",
  "consistency-epoch": "linearizable in each term",
  "consistency-primary": "primary linearizable",
  "consistency-primary-epoch": "primary linearizable in each epoch",
  "consistency-versions": "replicas are current",

  "grade-poor": "poor",
  "grade-low": "low",
  "grade-medium": "medium",
  "grade-high": "high",
  "grade-strong": "strong",
  "grade-eventual": "eventual",
  "grade-of-document": "the document: {mark} {word}",
} as const;

/** The same in Simplified Chinese. */
export const comparisonChinese: Readonly<Record<keyof typeof comparisonEnglish, string>> = {
  "column-mode": "设计与模式",
  "column-consistency": "守住的一致性",
  "column-lost-writes": "丢失的写入",
  "column-answered-in-faults": "故障中得到回答",
  "column-recovery": "恢复时间",
  "column-write-p50": "写 p50",
  "column-write-p99": "写 p99",
  "column-read-p50": "读 p50",
  "column-read-p99": "读 p99",
  "column-bytes-per-operation": "每次操作的字节",
  "column-operator-steps": "人工步骤",
  "column-parts": "设计的组成",
  "column-smallest-seed": "最小的违例种子",

  "define-consistency":
    "若每次运行都守住了该模式的全部承诺，则为它对操作生效次序的承诺；否则为被破坏的内容及其占运行的比例",
  "define-lost-writes": "已确认、未被替换、最终却不存在的写入；所有运行合计",
  "define-answered-in-faults":
    "故障期间发起并得到回答的操作，占当时发起的全部操作的比例；因存储内容而被拒绝的也算得到回答",
  "define-recovery": "从失去主节点起，到此后发起的下一次写入得到确认为止；所有丢失的中位数",
  "define-write-p50": "客户端等待写入确认的时间；所有写入的中位数",
  "define-write-p99": "客户端等待写入确认的时间；每 100 次有 99 次更快",
  "define-read-p50": "客户端等待读取的时间；所有读取的中位数",
  "define-read-p99": "客户端等待读取的时间；每 100 次有 99 次更快",
  "define-bytes-per-operation": "所有机器经网络发送与写入磁盘的字节，除以完成的操作数",
  "define-operator-steps": "一次运行中需要人做的步骤；所有运行的平均",
  "define-parts": "需要实现和了解的消息种类、节点状态、设置与人工步骤种类",

  "formula-sum": "{of} 之和",
  "formula-per-run": "{of} 之和 / 运行次数",
  "formula-quotient": "{of} / {to}",
  "formula-quantile": "{of} 的 p{percent}",

  "consistency-linearizable": "可线性化",
  "consistency-epoch": "每个任期内可线性化",
  "consistency-primary": "主节点可线性化",
  "consistency-primary-epoch": "主节点在每个纪元内可线性化",
  "consistency-versions": "副本版本不落后",

  "grade-poor": "差",
  "grade-low": "低",
  "grade-medium": "中",
  "grade-high": "高",
  "grade-strong": "强",
  "grade-eventual": "最终",
  "grade-of-document": "文档评级：{mark} {word}",
};
