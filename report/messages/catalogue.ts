import type { Language } from "./render.ts";

/** What topologies are, in Simplified Chinese; in English they say it themselves. */
const TOPOLOGIES: ReadonlyMap<string, string> = new Map([
  ["single", "单节点，使用本地磁盘：基线"],
  ["shared-disk:as-written", "一个主节点，同一磁盘上的只读副本，没有缓解措施（按文档原样）"],
  ["shared-disk:careful", "一个主节点，同一磁盘上的副本，具备所需措施：租约、有界陈旧、隔离、提升"],
  ["wal-stream:async", "主节点把日志流式传给副本，不等待任何副本"],
  ["wal-stream:semi", "主节点流式传送日志，一个副本也有了才发布修改"],
  ["wal-stream:full", "主节点流式传送日志，所有副本都有了才发布修改"],
  ["wal-stream:semi:as-written", "修改先写入本地，所有人可见，然后等待一个副本（按文档原样）"],
  ["wal-stream:full:as-written", "修改先写入本地，所有人可见，然后等待所有副本（按文档原样）"],
  ["raft:read-index", "Raft；多数节点确认谁是领导者之后，任何节点都可读"],
  ["raft:lease", "Raft；在不可能选出别人的时间内，领导者凭自己的时钟读取"],
  ["raft:leader", "Raft；自认为是领导者的节点直接读取，不询问"],
  ["upgrade:async", "不等待副本的 WAL 流复制，由人决定何时转为 Raft"],
  ["upgrade:semi", "等待一个副本的 WAL 流复制，由人决定何时转为 Raft"],
  ["raft:as-written", "Raft；任何节点读自己所有的，写入一经提议即回答（按文档原样）"],
]);

/** What scenarios are about, likewise, by name or by what their names begin with; {rest} is what follows then. */
const SCENARIOS: ReadonlyMap<string, string> = new Map([
  ["compaction-race", "副本读取时，主节点压实并删除它们脚下的文件"],
  ["stale-manifest", "副本通过相信旧清单的网络挂载读取"],
  ["register", "寄存器的读、写、删、比较并设置与扫描，同时机器和网络发生故障"],
  ["counter", "多个客户端累加的计数器"],
  ["set", "多个客户端添加元素的集合"],
  ["bank", "账户间转账，总额必须不变"],
  ["list-append", "向列表追加并读取列表的事务"],
  ["ycsb", "YCSB 的 A 到 F 负载，从副本读取"],
  ["broken-disk", "磁盘腐坏、说谎、丢失写入；无论如何都不得返回错误的数据"],
  ["failover", "机器、网络和磁盘故障，值班人员让副本接管"],
  ["open-table", "副本扫描已打开的表，而主节点压实并删除它们"],
  ["torn-manifest", "磁盘只写入了最新编辑的一部分，副本此时读取清单"],
  ["printed-timeline", "持有旧清单的副本在表被删除之前和之后打开它：文档的 T1 到 T5"],
  ["blind-watch", "副本在文件系统通知变更时加载清单"],
  ["invisible-memtable", "副本读取主节点已确认而尚未刷写的内容"],
  ["reader-cache", "副本通过数秒内相信所读内容的挂载读取日志"],
  ["writer-cache", "主节点的机器留着所写内容，而副本向磁盘读取"],
  ["lock-held", "副本打开主节点已打开并锁住的数据库"],
  ["two-writers", "副本以写方式打开主节点的数据库，有锁与无锁"],
  ["direct-io", "副本反复读取少数几个块，经过或绕过系统缓存"],
  ["inconsistent-reads", "文件变化时副本回答对全部数据的扫描：陈旧、混合或不完整"],
  ["network-storage-", "从容写入，再读取谁的内存里都没有的数据；共享磁盘：{rest}"],
  ["saturated-storage-", "从不停顿的客户端；共享磁盘：{rest}"],
  ["contention-idle-", "主节点的客户端工作时，{rest} 个副本空闲；磁盘没有内存"],
  ["contention-reading-", "主节点的客户端工作时，{rest} 个副本尽快读取；磁盘没有内存"],
  ["storage-cost", "从容的读写、刷写与压实：它们占用磁盘和网络多少"],
  ["disk-lost-primary-read", "磁盘对一切都回答错误，客户端从主节点读取"],
  ["disk-lost", "磁盘对一切都回答错误"],
  ["disk-server-down", "磁盘的服务器停机"],
  ["disk-cut-off", "磁盘的服务器与所有人断开"],
  ["primary-down-on-call", "主节点进程停止，有人值班"],
  ["primary-down", "主节点进程停止，无人值班"],
  ["disk-partition", "唯一的副本与磁盘和主节点断开，而客户端仍能到达它"],
  ["availability", "任意一台机器（包括磁盘的服务器）或磁盘本身故障数秒"],
  ["paused-replica", "副本停顿的时间超过废弃文件的保留时间，主节点同时压实"],
  ["freshness", "副本读取主节点不时写入的内容；挂载在数秒内相信所知"],
  ["lost-notices", "副本读取主节点不时写入的内容，而主节点的许多数据包丢失"],
  ["given-up", "几乎不停的写入使压实永不结束，同时读取磁盘上的内容"],
  ["one-groups-load-small", "一个组的客户端不停读写小值"],
  ["two-groups-load-small", "两个组的客户端不停读写小值"],
  ["one-groups-load-large", "一个组的客户端以磁盘所能承受的速度不停写入大值"],
  ["two-groups-load-large", "两个组的客户端以磁盘所能承受的速度不停写入大值"],
  ["ablation", "压实、缓存、停顿、丢失的通知与故障转移：每项缓解措施单独启用，以及各缺一项"],
  ["stale-promotion", "一个副本与其他节点断开，随后失去主节点，有人提升一个副本"],
  ["early-reads", "副本与主节点断开，其他人读到它刚写入的内容，随后失去主节点"],
  ["full-replica-reads", "客户端写入，并从主节点和副本读取；没有故障"],
  ["double-failover", "主节点接连短暂故障，每次都有人立即提升"],
  ["returning-primary", "旧主节点带着自己的尾部回来，随后新主节点失去副本，再失去自己"],
  ["replication-cost-", "从容的读写，没有故障；网络与磁盘：{rest}"],
  ["chosen-sync-crowd", "许多客户端同时为每次写入选择等待谁的确认"],
  ["chosen-sync-failover", "客户端为每次写入选择等待谁的确认；副本断开，随后失去主节点"],
  ["chosen-sync", "一个客户端为每次写入选择等待谁的确认"],
  ["read-scaling-", "读者超过 {rest} 个副本所能容纳，另有一个写者"],
  ["write-scaling-", "写者超过 {rest} 个节点所能容纳"],
  ["replication-lag-calm", "每秒数百次写入，并读取副本"],
  ["replication-lag-busy", "不停的写入，并读取副本"],
  ["replication-lag-cut-off", "每秒数百次写入，并读取副本，其中一个断开 100 毫秒"],
  ["primary-lost-unattended", "永久失去主节点，无人值班"],
  ["primary-lost-", "永久失去主节点，有人在 {rest} 内响应"],
  ["failover-loss-calm-cut-off", "每秒数百次写入，主节点在失去副本 50 毫秒后丢失"],
  ["failover-loss-busy-cut-off", "每秒数千次写入，主节点在失去副本 50 毫秒后丢失"],
  ["failover-loss-calm", "每秒数百次写入，随后失去主节点"],
  ["failover-loss-busy", "每秒数千次写入，随后失去主节点"],
  ["replica-lost", "永久失去一个副本；主节点和另一个副本正常"],
  ["membership", "成员由一增到五再减回来，客户端持续工作，同时机器、网络和磁盘故障"],
  ["upgrade-chaos", "把集群从 WAL 流复制转为 Raft，同时其他一切都在故障，人反复重来直到完成"],
  ["upgrade-to-raft-struck", "客户端写入时，把集群从 WAL 流复制转为 Raft，其间失去主节点或 Leader"],
  ["upgrade-to-raft", "客户端写入时，把集群从 WAL 流复制转为 Raft"],
  ["raft-chaos", "三到七个节点上的选举、丢失的磁盘、短日志与移交，同时其他一切也在故障"],
  ["left-behind", "节点轮流长时间缺席，只能收到一份完整的副本"],
  ["cut-handover", "领导者移交时，移交或接任的一方与其他节点断开"],
  ["bridged-leader", "多数节点互相可达，其中之一还能到达其余节点，而前任领导者可能就在其余节点中"],
  ["rotten-log", "一个跟随者错过写入，另一个磁盘上有位翻转并重启，随后失去领导者"],
  ["power-losses", "客户端写入时，所有节点（或唯一的节点）反复同时断电"],
  ["returning-leader", "领导者被隔断或停顿，带着自己独有的日志尾部回来，随后重启"],
  ["removed-leader", "有人移除四个节点的领导者，它在众人知晓之前被隔断，另一个节点也丢失"],
  ["local-reads", "没有故障；客户端写入，其他人从任意节点读取"],
  ["early-answers", "领导者与其他节点断开，客户端继续写入，另一个节点当选"],
  ["follower-lost", "三个节点中永久失去一个跟随者"],
  ["leader-lost", "三个节点中永久失去领导者"],
  ["leader-cut-", "五个节点的领导者被永久隔断（{rest}）"],
  ["follower-bridge", "五个节点分成两侧，永久只能通过一个跟随者互见"],
  ["nodes-apart", "三个节点都在，却永久互不可达；客户端能到达所有节点"],
  ["nodes-lost-", "永久失去任意节点（{rest}）"],
]);

/** What a topology is, in one line. @param summary its own words */
export function topologySummary(id: string, summary: string, language: Language): string {
  return language === "en" ? summary : (TOPOLOGIES.get(id) ?? summary);
}

/** What a scenario is about, in one line. @param summary its own words */
export function scenarioSummary(name: string, summary: string, language: Language): string {
  if (language === "en") return summary;
  const exact = SCENARIOS.get(name);
  if (exact !== undefined) return exact;
  const prefix = [...SCENARIOS.keys()].find((key) => key.endsWith("-") && name.startsWith(key));
  if (prefix === undefined) return summary;
  return (SCENARIOS.get(prefix) ?? summary).replace("{rest}", name.slice(prefix.length));
}
