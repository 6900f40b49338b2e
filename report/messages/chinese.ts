import { anomaliesChinese } from "./anomalies.ts";
import { checkChinese } from "./check.ts";
import { claimsChinese } from "./claims.ts";
import { comparisonChinese } from "./comparison.ts";
import type { MessageId } from "./english.ts";
import { faultsChinese } from "./faults.ts";
import { lessonsChinese } from "./lessons.ts";
import { linearizabilityChinese } from "./linearizability.ts";
import { sharedDiskClaimsChinese } from "./shared-disk-claims.ts";
import { sharedDiskChinese } from "./shared-disk.ts";
import { sharingPriceClaimsChinese } from "./sharing-price-claims.ts";
import { metricsChinese } from "./metrics.ts";
import { pageChinese } from "./page.ts";
import { runScreensChinese } from "./run-screens.ts";
import { traceChinese } from "./trace.ts";
import { raftChinese } from "./raft.ts";
import { walStreamChinese } from "./wal-stream.ts";

/** Every sentence of the terminal and the page, in Simplified Chinese. */
export const chinese: Readonly<Record<MessageId, string>> = {
  "finding-table-vanished": "{host} 无法回答 {f}({key})：所需的 SSTable 已被压实删除（{code}）",
  "finding-table-missing": "{host} 无法回答 {f}({key})：所需的 SSTable 不存在（{code}）",
  "finding-table-stale": "{host} 无法回答 {f}({key})：已打开的 SSTable 被删除（{code}）",
  "finding-read-refused": "{host} 对 {f}({key}) 返回错误：{code}",
  "finding-foreign-value": "{host} 对 {f}({key}) 返回了从未写入的值 {value}",
  "finding-stale-read": "{host} 对 {f}({key}) 返回 {value:value}，而替换它的 {newer} 已确认 {age:duration}",
  "finding-stale-version":
    "{host} 对 {f}({key}) 返回 {value}；已持久化 {age:duration} 的版本 {version} 中保存着 {newer}",
  "finding-node-crashed": "{host} 在任务 {task} 中崩溃：{error}",
  "finding-invariant-broken": "不变式 {invariant} 被破坏",
  "invariant-two-primaries": "{host} 与 {other} 在纪元 {epoch} 中同时是主节点",
  "invariant-position-regressed": "{host} 从位置 {before} 退回到 {now}",
  "invariant-leased-table-deleted": "{host} 删除了表 {table}，而 {replica} 仍持有它的租约",

  "finding-lost-transfer": "账户 {account} 最终余额为 {balance}；已确认的操作只允许 {least} 到 {most}",
  "finding-divergence": "{host} 与 {other} 在同一位置 {epoch}.{place} 上数据不同",
  "finding-no-convergence": "各节点未能在 {within:duration} 内一致；它们分别处于 {held}",
  "unknown-cut-short": "运行在恢复之后 {time:duration} 结束，未满 {within:duration}",
  "finding-no-recovery": "核心于 {healed:duration} 恢复之后 {within:duration} 内没有任何修改成功",
  "finding-no-progress": "{limit:duration} 之后客户端仍未完成；还有 {open} 个操作未结束",

  "title-table-vanished": "读取失败：SSTable 消失",
  "title-table-missing": "读取失败：SSTable 丢失",
  "title-table-stale": "读取失败：已打开的 SSTable 被删除",
  "title-read-refused": "读取返回错误",
  "title-foreign-value": "读到从未写入的值",
  "title-stale-read": "陈旧读超出界限",
  "title-nonlinearizable": "不可线性化",
  "title-transaction-anomaly": "事务不满足严格可串行化",
  "title-stale-version": "静默读取陈旧文件",
  "title-node-crashed": "节点崩溃",
  "title-invariant-broken": "不变式被破坏",
  "title-lost-transfer": "已确认的转账丢失",
  "title-session-broken": "客户端读到比它见过的更旧的数据",
  "title-no-convergence": "副本未能一致",
  "title-no-recovery": "恢复之后没有进展",
  "title-no-progress": "没有进展",

  "explain-table-vanished":
    "{host} 持有版本 {version} 已 {held:duration}；在读取 {file} 失败之前 {gap:duration}，{deleter} 删除了它。",
  "explain-table-stale": "{host} 打开着版本 {version} 的 {file}；在读取失败之前 {gap:duration}，{deleter} 删除了它。",
  "explain-stale-version":
    "{host} 用版本 {held} 回答 {f}({key})；读取开始时，保存着 {newer} 的版本 {version} 已持久化 {age:duration}。",

  "value-nothing": "空值",

  "event-host-started": "启动（第 {incarnation} 次）",
  "event-host-killed": "被杀死",
  "event-host-lost-power": "断电",
  "event-host-wiped": "磁盘被清空",
  "event-host-paused": "暂停",
  "event-host-resumed": "恢复运行",
  "event-host-crashed": "崩溃：{error}",

  "event-fault-began": "⚡ {fault:fault}开始",
  "event-fault-ended": "⚡ {fault:fault}结束",

  "event-database-opened": "打开数据库，版本 {version}",
  "event-database-closed": "关闭数据库",
  "event-database-failed": "停止写入：{reason}",
  "event-recovery-started": "从 {manifest} 恢复",
  "event-recovery-log-replayed": "重放 {log:wal}",
  "event-recovery-finished": "恢复完成，版本 {version}",
  "event-wal-created": "新 WAL {log:wal}",
  "event-manifest-created": "新 {manifest}",
  "event-flush-started": "刷写 {entries} 条",
  "event-flush-finished": "刷写 → {file:table}",
  "event-compaction-started": "压实 {inputs}",
  "event-compaction-finished": "{inputs} → {outputs}",
  "event-version-installed": "版本变更 {version}，已同步",
  "event-file-deleted": "删除 {file}",
  "event-file-delete-failed": "无法删除 {file}",
  "event-close-failed": "关闭 {file} 失败",
  "event-write-stall": "写入停顿（{reason}）",
  "event-write-resumed": "写入继续",
  "event-manifest-read": "版本 {version}：{files}",
  "event-table-missing": "{file} 不存在",
  "event-table-opened": "打开 {file}",
  "event-manifest-incomplete": "{manifest} 在偏移 {offset} 处止于半条编辑",

  "event-node-ready": "就绪",
  "event-get-began": "read({key})",
  "event-get-served": "read({key}) ← 版本 {version}",
  "event-get-failed": "无法读取 {file}：{code}",

  "event-operator-step": "{step} {subject}",
  "event-operator-done": "已完成：{subject}",
  "event-operator-refused": "被拒绝：{reason}",
  "event-epoch-began": "从 {after} 之后开始纪元 {epoch}",

  "event-client-invoked": "{op} {key}",
  "event-client-answered": "{op} {key} 成功",
  "event-client-refused": "{op} {key}：{code}",

  "event-open-failed": "打开 {path:name}：{code}",
  "event-stale-read": "从缓存读取 {path:name}，{age:duration} 前的内容",
  "event-stale-attributes": "以为 {path:name} 与 {age:duration} 前一样",
  "event-stale-lookup": "沿用 {age:duration} 前对 {path:name} 的查找",

  "event-transfer-short": "{path:name}：{asked} 字节中只传了 {moved}",
  "event-lock-taken": "锁住 {path:name}",
  "event-flock-failed": "{path:name}：{code}",
  "event-file-synced": "{path:name} 已落盘，{size} 字节",
  "event-file-created": "+{path:name}",
  "event-file-unlinked": "−{path:name}",
  "event-file-renamed": "{path:name} → {to:name}",
  "event-more": "……另有 {count:count} 条",

  ...sharedDiskChinese,
  ...sharedDiskClaimsChinese,
  ...sharingPriceClaimsChinese,
  ...anomaliesChinese,
  ...checkChinese,
  ...claimsChinese,
  ...comparisonChinese,
  ...faultsChinese,
  ...lessonsChinese,
  ...linearizabilityChinese,
  ...metricsChinese,
  ...pageChinese,
  ...runScreensChinese,
  ...traceChinese,
  ...raftChinese,
  ...walStreamChinese,
};
