/**
 * What the document says of what sharing a disk costs, of what is left when something fails, and of what may be done about
 * it (its problems 5 and 6, and Q2), and the conditions under which that is looked at, in English.
 */
export const sharingPriceClaimsEnglish = {
  "claim-SD-13": "network storage is the bottleneck against a local SSD",
  "claim-SD-14": "primary and replicas compete for the same I/O",
  "claim-SD-15": "cost is high",
  "claim-SD-16": "the shared disk is a single point of failure: all nodes are unavailable",
  "claim-SD-17": "when the primary fails, replicas only read, nobody writes, and a person must switch",
  "claim-SD-18": "a replica that is cut off from the disk is unavailable",
  "claim-SD-19": "availability ends up lower than without a shared disk",
  "claim-SD-20": "deferred deletion, reference counts and garbage collection repair the vanishing file",
  "claim-SD-21": "pulling the manifest on a period, watching for changes and handling inconsistency repair staleness",
  "claim-SD-22": "the primary's notices and the replicas' refreshes repair stale caches",
  "claim-SD-23": "direct I/O, mapped reads and some concurrency must be given up",
  "claim-SD-24": "the cost exceeds the benefit",
  "claim-SD-29": "several primary-replica groups make a large cluster",

  "condition-writes-one-by-one-on-network": "writes: network disk (1 to 10 ms, 15,000 operations/s) against local NVMe",
  "condition-cold-reads-of-primary-on-network": "network disk, of what is in nobody's memory",
  "condition-cold-reads-of-replica-on-network": "network disk, of what is in nobody's memory",
  "condition-saturated-on-network": "network disk, clients that never pause",
  "condition-writes-one-by-one-on-ssd": "writes: a SATA SSD behind the network (0.1 ms, 80,000 operations/s)",
  "condition-cold-reads-of-primary-on-ssd": "SSD behind the network, of what is in nobody's memory",
  "condition-cold-reads-of-replica-on-ssd": "SSD behind the network, of what is in nobody's memory",
  "condition-saturated-on-ssd": "SSD behind the network, clients that never pause",
  "condition-writes-one-by-one-on-nvme":
    "writes: NVMe as the local disk's, behind the network of a rack (0.05 ms each way)",
  "condition-cold-reads-of-primary-on-nvme": "NVMe behind the network of a rack, of what is in nobody's memory",
  "condition-cold-reads-of-replica-on-nvme": "NVMe behind the network of a rack, of what is in nobody's memory",
  "condition-saturated-on-nvme": "NVMe behind the network of a rack, clients that never pause",
  "condition-writes-one-by-one-on-nvme-far": "writes: NVMe behind the network of a region (0.5 ms each way)",
  "condition-cold-reads-of-primary-on-nvme-far": "NVMe behind the network of a region, of what is in nobody's memory",
  "condition-cold-reads-of-replica-on-nvme-far": "NVMe behind the network of a region, of what is in nobody's memory",
  "condition-saturated-on-nvme-far": "NVMe behind the network of a region, clients that never pause",

  "condition-reads-while-replicas-read-what-they-remember":
    "the primary's reads while {replicas} replicas read without a pause, each loading its manifest for one read at a time, tables mostly from memory",
  "condition-reads-while-replicas-read-past-memory":
    "the primary's reads while {replicas} replicas read without a pause, each loading its manifest for one read at a time, tables from the disk",
  "condition-writes-while-replicas-read-what-they-remember":
    "the primary's writes while {replicas} replicas read without a pause, tables mostly from memory",
  "condition-writes-while-replicas-read-past-memory":
    "the primary's writes while {replicas} replicas read without a pause, tables from the disk",

  "condition-cost-in-machines": "against one node: machines",
  "condition-cost-in-machines-of-copies": "against as many copies by WAL streaming (semi): machines",
  "condition-cost-in-network": "against one node: network",
  "condition-cost-in-network-of-copies": "against as many copies by WAL streaming (semi): network",
  "condition-cost-in-disk-bytes": "against one node: bytes that disks write",
  "condition-cost-in-disk-bytes-of-copies": "against as many copies by WAL streaming (semi): bytes that disks write",
  "condition-cost-in-disk-operations": "against one node: operations that disks carry out",
  "condition-cost-in-disk-operations-of-copies":
    "against as many copies by WAL streaming (semi): operations that disks carry out",
  "condition-cost-in-stored-bytes": "against one node: room on disks",
  "condition-cost-in-stored-bytes-of-copies": "against as many copies by WAL streaming (semi): room on disks",

  "condition-reads-of-replicas-with-disk-lost":
    "the disk answers with errors: reads of replicas, whose mounts believe attributes for 0.2 s at most",
  "condition-writes-with-disk-lost": "the disk answers with errors: writes",
  "condition-believing-with-disk-lost":
    "the disk answers with errors: reads of replicas, whose mounts believe attributes for seconds, as Linux does",
  "condition-primary-read-with-disk-lost":
    "the disk answers with errors: reads of the primary, of what it is writing and may have in memory",
  "condition-primary-old-read-with-disk-lost":
    "the disk answers with errors: reads of the primary, of what it has long written to tables",
  "condition-reads-of-replicas-with-disk-server-down":
    "the disk's server is down: reads of replicas, whose mounts believe attributes for 0.2 s at most",
  "condition-writes-with-disk-server-down": "the disk's server is down: writes",
  "condition-believing-with-disk-server-down":
    "the disk's server is down: reads of replicas, whose mounts believe attributes for seconds, as Linux does",
  "condition-primary-read-with-disk-server-down":
    "the disk's server is down: reads of the primary, of what it is writing and may have in memory",
  "condition-primary-old-read-with-disk-server-down":
    "the disk's server is down: reads of the primary, of what it has long written to tables",
  "condition-reads-of-replicas-with-disk-cut-off":
    "the disk's server is cut off: reads of replicas, whose mounts believe attributes for 0.2 s at most",
  "condition-writes-with-disk-cut-off": "the disk's server is cut off: writes",
  "condition-believing-with-disk-cut-off":
    "the disk's server is cut off: reads of replicas, whose mounts believe attributes for seconds, as Linux does",
  "condition-primary-read-with-disk-cut-off":
    "the disk's server is cut off: reads of the primary, of what it is writing and may have in memory",
  "condition-primary-old-read-with-disk-cut-off":
    "the disk's server is cut off: reads of the primary, of what it has long written to tables",

  "condition-reads-go-on-without-primary": "the primary is down: replicas go on reading",
  "condition-no-writes-without-primary": "the primary is down, nobody on call: no writes",
  "condition-no-writes-though-on-call": "the primary is down, a person on call has nothing to switch with: no writes",
  "condition-no-writes-careful-without-person": "the careful mode, nobody on call: no writes",
  "condition-careful-switched-by-hand": "the careful mode, a person on call: it takes a step by hand",

  "condition-reads-of-replica-cut-off":
    "as the document draws it, mounts believe attributes for 0.2 s at most: cut off from the disk and the primary, while clients reach it",
  "condition-reads-of-believing-replica-cut-off":
    "as the document draws it, mounts believe attributes for seconds, as Linux does: cut off likewise",
  "condition-reads-of-careful-replica-long-cut-off":
    "the careful mode, asked once its bound of staleness (1 s, of which it serves 0.75 s) has passed",

  "condition-reads-under-primary-down": "the primary, or the node, is down, against one node: reads",
  "condition-reads-under-any-failure-single":
    "any machine or disk fails as often as any other, against one node, which has three of the nine failures: reads",
  "condition-reads-under-any-failure-wal-stream":
    "any machine or disk fails as often as any other, against WAL streaming (semi): reads",
  "condition-reads-under-any-failure-raft": "any machine or disk fails as often as any other, against Raft: reads",
  "condition-writes-under-any-failure-single":
    "any machine or disk fails as often as any other, against one node, which has three of the nine failures: writes",
  "condition-writes-under-any-failure-wal-stream":
    "any machine or disk fails as often as any other, against WAL streaming (semi): writes",
  "condition-writes-under-any-failure-raft": "any machine or disk fails as often as any other, against Raft: writes",

  "condition-deferred-deletion-calm": "deletion deferred by 0.1 s, nothing fails",
  "condition-deferred-deletion-outlasted": "deletion deferred by 0.1 s, replicas stand still for longer",
  "condition-leases-calm": "tables leased for 0.1 s and collected after, nothing fails",
  "condition-leases-outlasted": "tables leased for 0.1 s and collected after, replicas stand still for longer",
  "condition-pinned-descriptors-calm": "tables kept open, nothing fails",
  "condition-pinned-descriptors-outlasted": "tables kept open, replicas stand still",
  "condition-hard-links-calm": "tables kept by links of the replica's own, nothing fails",
  "condition-hard-links-outlasted": "tables kept by links of the replica's own, replicas stand still",

  "condition-pull-uncached-with-log": "manifest and log pulled every 0.1 s, mounts that believe nothing",
  "condition-pull-cached-with-log": "manifest and log pulled every 0.1 s, mounts that believe attributes for seconds",
  "condition-pull-uncached-tables-alone":
    "the manifest pulled every 0.1 s, mounts that believe nothing, the log not read",
  "condition-watch-uncached-with-log": "watching the directory for changes, mounts that believe nothing",
  "condition-retry-calm": "a file that is missed has the manifest loaded again, nothing fails",

  "condition-notices-uncached": "notice of each write, mounts that believe nothing",
  "condition-notices-refreshed": "notice of each write, upon which the replica has its mount ask again",
  "condition-notices-not-refreshed": "notice of each write, mounts that believe attributes for seconds",
  "condition-notices-lost": "notice of each write, many of which are lost",
  "condition-notices-lost-and-pull": "notice of each write, many of which are lost, and a pull every 0.1 s",

  "condition-without-concurrent-background":
    "its price: compactions that do not run beside flushes, against such that do: writes",
  "condition-without-mapped-reads": "its price: reads through the mount, against mapped tables",
  "condition-without-direct-io": "its price: reads through the mount, against direct reads",

  "condition-kept-concurrent-background": "as the document draws it, with concurrent background work",
  "condition-kept-mapped-reads": "as the document draws it, with mapped tables, where a page that is gone is a SIGBUS",
  "condition-kept-direct-io": "as the document draws it, with direct reads",
  "condition-kept-concurrent-background-careful": "the careful mode, with concurrent background work",
  "condition-kept-mapped-reads-careful": "the careful mode, with mapped tables",
  "condition-kept-direct-io-careful": "the careful mode, with direct reads",
  "condition-careful-write-latency-single": "all that it takes, against one node: writes",
  "condition-careful-write-latency-wal-stream": "all that it takes, against WAL streaming (semi): writes",
  "condition-careful-write-latency-raft": "all that it takes, against Raft: writes",
  "condition-careful-read-latency-single": "all that it takes, against one node: reads",
  "condition-careful-read-latency-wal-stream": "all that it takes, against WAL streaming (semi): reads",
  "condition-careful-read-latency-raft": "all that it takes, against Raft: reads",
  "condition-careful-staleness-single": "all that it takes, against one node: staleness",
  "condition-careful-staleness-wal-stream": "all that it takes, against WAL streaming (semi): staleness",
  "condition-careful-staleness-raft": "all that it takes, against Raft: staleness",
  "condition-careful-network-single": "all that it takes, against one node: network",
  "condition-careful-network-wal-stream": "all that it takes, against WAL streaming (semi): network",
  "condition-careful-network-raft": "all that it takes, against Raft: network",
  "condition-careful-stored-bytes-single": "all that it takes, against one node: room on disks",
  "condition-careful-stored-bytes-wal-stream": "all that it takes, against WAL streaming (semi): room on disks",
  "condition-careful-stored-bytes-raft": "all that it takes, against Raft: room on disks",
  "condition-careful-read-availability-single": "all that it takes, against one node, any machine or disk fails: reads",
  "condition-careful-read-availability-wal-stream":
    "all that it takes, against WAL streaming (semi), any machine or disk fails: reads",
  "condition-careful-read-availability-raft": "all that it takes, against Raft, any machine or disk fails: reads",
  "condition-careful-write-availability-single":
    "all that it takes, against one node, any machine or disk fails: writes",
  "condition-careful-write-availability-wal-stream":
    "all that it takes, against WAL streaming (semi), any machine or disk fails: writes",
  "condition-careful-write-availability-raft": "all that it takes, against Raft, any machine or disk fails: writes",
  "condition-careful-read-availability-as-drawn":
    "all that it takes, against nothing of it, any machine or disk fails: reads",
  "condition-careful-metadata-as-drawn": "all that it takes, against nothing of it: what the disk's server is asked",

  "condition-two-groups-small":
    "two groups with twice the load, against one group with its own: small values, with which the disk is not busy",
  "condition-two-groups-large":
    "two groups with twice the load, against one group with its own: large values, as fast as the disk takes them",
} as const;

/** The same in Simplified Chinese. */
export const sharingPriceClaimsChinese: Readonly<Record<keyof typeof sharingPriceClaimsEnglish, string>> = {
  "claim-SD-13": "与本地 SSD 相比，网络存储成为性能瓶颈",
  "claim-SD-14": "主从节点竞争 I/O 资源",
  "claim-SD-15": "成本高昂",
  "claim-SD-16": "共享磁盘是单点故障：主从节点全部不可用",
  "claim-SD-17": "主节点故障时从节点只能读，无法写入，需要人工切换",
  "claim-SD-18": "与共享磁盘断开的从节点不可用",
  "claim-SD-19": "可用性反而比没有共享磁盘时低",
  "claim-SD-20": "延迟删除、引用计数和垃圾回收可解决文件消失的问题",
  "claim-SD-21": "定期拉取清单、监听变更、处理不一致可解决陈旧的问题",
  "claim-SD-22": "主节点通知、从节点刷新可解决缓存陈旧的问题",
  "claim-SD-23": "必须放弃 Direct I/O、mmap 和某些并发优化",
  "claim-SD-24": "成本大于收益",
  "claim-SD-29": "多个主从组可组成大集群",

  "condition-writes-one-by-one-on-network": "写入：网络磁盘（1 至 10 ms，每秒 15,000 次操作），对比本地 NVMe",
  "condition-cold-reads-of-primary-on-network": "网络磁盘，数据不在任何内存中",
  "condition-cold-reads-of-replica-on-network": "网络磁盘，数据不在任何内存中",
  "condition-saturated-on-network": "网络磁盘，客户端从不停顿",
  "condition-writes-one-by-one-on-ssd": "写入：网络之后的 SATA SSD（0.1 ms，每秒 80,000 次操作）",
  "condition-cold-reads-of-primary-on-ssd": "网络之后的 SSD，数据不在任何内存中",
  "condition-cold-reads-of-replica-on-ssd": "网络之后的 SSD，数据不在任何内存中",
  "condition-saturated-on-ssd": "网络之后的 SSD，客户端从不停顿",
  "condition-writes-one-by-one-on-nvme": "写入：与本地磁盘相同的 NVMe，隔着机架内网络（单程 0.05 ms）",
  "condition-cold-reads-of-primary-on-nvme": "隔着机架内网络的 NVMe，数据不在任何内存中",
  "condition-cold-reads-of-replica-on-nvme": "隔着机架内网络的 NVMe，数据不在任何内存中",
  "condition-saturated-on-nvme": "隔着机架内网络的 NVMe，客户端从不停顿",
  "condition-writes-one-by-one-on-nvme-far": "写入：隔着同城网络的 NVMe（单程 0.5 ms）",
  "condition-cold-reads-of-primary-on-nvme-far": "隔着同城网络的 NVMe，数据不在任何内存中",
  "condition-cold-reads-of-replica-on-nvme-far": "隔着同城网络的 NVMe，数据不在任何内存中",
  "condition-saturated-on-nvme-far": "隔着同城网络的 NVMe，客户端从不停顿",

  "condition-reads-while-replicas-read-what-they-remember":
    "主节点的读取，同时 {replicas} 个副本不停读取，各自逐次加载清单，SSTable 多来自内存",
  "condition-reads-while-replicas-read-past-memory":
    "主节点的读取，同时 {replicas} 个副本不停读取，各自逐次加载清单，SSTable 来自磁盘",
  "condition-writes-while-replicas-read-what-they-remember":
    "主节点的写入，同时 {replicas} 个副本不停读取，SSTable 多来自内存",
  "condition-writes-while-replicas-read-past-memory": "主节点的写入，同时 {replicas} 个副本不停读取，SSTable 来自磁盘",

  "condition-cost-in-machines": "对比单节点：机器",
  "condition-cost-in-machines-of-copies": "对比 WAL 流复制（半同步）的同样多副本：机器",
  "condition-cost-in-network": "对比单节点：网络",
  "condition-cost-in-network-of-copies": "对比 WAL 流复制（半同步）的同样多副本：网络",
  "condition-cost-in-disk-bytes": "对比单节点：磁盘写入的字节",
  "condition-cost-in-disk-bytes-of-copies": "对比 WAL 流复制（半同步）的同样多副本：磁盘写入的字节",
  "condition-cost-in-disk-operations": "对比单节点：磁盘执行的操作",
  "condition-cost-in-disk-operations-of-copies": "对比 WAL 流复制（半同步）的同样多副本：磁盘执行的操作",
  "condition-cost-in-stored-bytes": "对比单节点：磁盘空间",
  "condition-cost-in-stored-bytes-of-copies": "对比 WAL 流复制（半同步）的同样多副本：磁盘空间",

  "condition-reads-of-replicas-with-disk-lost": "磁盘只返回错误：读副本，挂载点最多缓存属性 0.2 秒",
  "condition-writes-with-disk-lost": "磁盘只返回错误：写入",
  "condition-believing-with-disk-lost": "磁盘只返回错误：读副本，挂载点像 Linux 那样缓存属性数秒",
  "condition-primary-read-with-disk-lost": "磁盘只返回错误：读主节点，所读是它正在写入、可能在内存中的数据",
  "condition-primary-old-read-with-disk-lost": "磁盘只返回错误：读主节点，所读早已写入 SSTable，不在内存中",
  "condition-reads-of-replicas-with-disk-server-down": "磁盘服务器停机：读副本，挂载点最多缓存属性 0.2 秒",
  "condition-writes-with-disk-server-down": "磁盘服务器停机：写入",
  "condition-believing-with-disk-server-down": "磁盘服务器停机：读副本，挂载点像 Linux 那样缓存属性数秒",
  "condition-primary-read-with-disk-server-down": "磁盘服务器停机：读主节点，所读是它正在写入、可能在内存中的数据",
  "condition-primary-old-read-with-disk-server-down": "磁盘服务器停机：读主节点，所读早已写入 SSTable，不在内存中",
  "condition-reads-of-replicas-with-disk-cut-off": "磁盘服务器与网络断开：读副本，挂载点最多缓存属性 0.2 秒",
  "condition-writes-with-disk-cut-off": "磁盘服务器与网络断开：写入",
  "condition-believing-with-disk-cut-off": "磁盘服务器与网络断开：读副本，挂载点像 Linux 那样缓存属性数秒",
  "condition-primary-read-with-disk-cut-off": "磁盘服务器与网络断开：读主节点，所读是它正在写入、可能在内存中的数据",
  "condition-primary-old-read-with-disk-cut-off": "磁盘服务器与网络断开：读主节点，所读早已写入 SSTable，不在内存中",

  "condition-reads-go-on-without-primary": "主节点停机：副本继续读取",
  "condition-no-writes-without-primary": "主节点停机，无人值守：无法写入",
  "condition-no-writes-though-on-call": "主节点停机，有人值守却无从切换：无法写入",
  "condition-no-writes-careful-without-person": "周全模式，无人值守：无法写入",
  "condition-careful-switched-by-hand": "周全模式，有人值守：需要人工操作一步",

  "condition-reads-of-replica-cut-off": "如文档所画，挂载点最多缓存属性 0.2 秒：与磁盘和主节点断开，客户端仍能到达",
  "condition-reads-of-believing-replica-cut-off": "如文档所画，挂载点像 Linux 那样缓存属性数秒：同样断开",
  "condition-reads-of-careful-replica-long-cut-off":
    "周全模式，在其陈旧界限（1 秒，其中 0.75 秒内仍提供服务）过去之后读取",

  "condition-reads-under-primary-down": "主节点或单个节点停机，对比单节点：读取",
  "condition-reads-under-any-failure-single":
    "任何机器或磁盘故障的机会均等，对比单节点（九种故障中只有三种与其有关）：读取",
  "condition-reads-under-any-failure-wal-stream": "任何机器或磁盘故障的机会均等，对比 WAL 流复制（半同步）：读取",
  "condition-reads-under-any-failure-raft": "任何机器或磁盘故障的机会均等，对比 Raft：读取",
  "condition-writes-under-any-failure-single":
    "任何机器或磁盘故障的机会均等，对比单节点（九种故障中只有三种与其有关）：写入",
  "condition-writes-under-any-failure-wal-stream": "任何机器或磁盘故障的机会均等，对比 WAL 流复制（半同步）：写入",
  "condition-writes-under-any-failure-raft": "任何机器或磁盘故障的机会均等，对比 Raft：写入",

  "condition-deferred-deletion-calm": "推迟 0.1 s 删除，没有故障",
  "condition-deferred-deletion-outlasted": "推迟 0.1 s 删除，副本停顿得更久",
  "condition-leases-calm": "文件租约 0.1 s，到期回收，没有故障",
  "condition-leases-outlasted": "文件租约 0.1 s，到期回收，副本停顿得更久",
  "condition-pinned-descriptors-calm": "保持文件打开，没有故障",
  "condition-pinned-descriptors-outlasted": "保持文件打开，副本停顿",
  "condition-hard-links-calm": "副本以自己的硬链接保住文件，没有故障",
  "condition-hard-links-outlasted": "副本以自己的硬链接保住文件，副本停顿",

  "condition-pull-uncached-with-log": "每 0.1 s 拉取清单和日志，挂载点不作缓存",
  "condition-pull-cached-with-log": "每 0.1 s 拉取清单和日志，挂载点缓存属性数秒",
  "condition-pull-uncached-tables-alone": "每 0.1 s 拉取清单，挂载点不作缓存，不读日志",
  "condition-watch-uncached-with-log": "监听目录变更，挂载点不作缓存",
  "condition-retry-calm": "缺少文件时重新加载清单，没有故障",

  "condition-notices-uncached": "每次写入都通知，挂载点不作缓存",
  "condition-notices-refreshed": "每次写入都通知，副本随即令挂载点重新询问",
  "condition-notices-not-refreshed": "每次写入都通知，挂载点缓存属性数秒",
  "condition-notices-lost": "每次写入都通知，但许多通知丢失",
  "condition-notices-lost-and-pull": "每次写入都通知，但许多通知丢失，另每 0.1 s 拉取",

  "condition-without-concurrent-background": "代价：压实不与刷写并行，对比并行：写入",
  "condition-without-mapped-reads": "代价：通过挂载点读取，对比 mmap",
  "condition-without-direct-io": "代价：通过挂载点读取，对比 Direct I/O",

  "condition-kept-concurrent-background": "如文档所画，保留后台并发",
  "condition-kept-mapped-reads": "如文档所画，保留 mmap：页面已不存在便是 SIGBUS",
  "condition-kept-direct-io": "如文档所画，保留 Direct I/O",
  "condition-kept-concurrent-background-careful": "周全模式，保留后台并发",
  "condition-kept-mapped-reads-careful": "周全模式，保留 mmap",
  "condition-kept-direct-io-careful": "周全模式，保留 Direct I/O",
  "condition-careful-write-latency-single": "全部措施，对比单节点：写入",
  "condition-careful-write-latency-wal-stream": "全部措施，对比 WAL 流复制（半同步）：写入",
  "condition-careful-write-latency-raft": "全部措施，对比 Raft：写入",
  "condition-careful-read-latency-single": "全部措施，对比单节点：读取",
  "condition-careful-read-latency-wal-stream": "全部措施，对比 WAL 流复制（半同步）：读取",
  "condition-careful-read-latency-raft": "全部措施，对比 Raft：读取",
  "condition-careful-staleness-single": "全部措施，对比单节点：陈旧",
  "condition-careful-staleness-wal-stream": "全部措施，对比 WAL 流复制（半同步）：陈旧",
  "condition-careful-staleness-raft": "全部措施，对比 Raft：陈旧",
  "condition-careful-network-single": "全部措施，对比单节点：网络",
  "condition-careful-network-wal-stream": "全部措施，对比 WAL 流复制（半同步）：网络",
  "condition-careful-network-raft": "全部措施，对比 Raft：网络",
  "condition-careful-stored-bytes-single": "全部措施，对比单节点：磁盘空间",
  "condition-careful-stored-bytes-wal-stream": "全部措施，对比 WAL 流复制（半同步）：磁盘空间",
  "condition-careful-stored-bytes-raft": "全部措施，对比 Raft：磁盘空间",
  "condition-careful-read-availability-single": "全部措施，对比单节点，任何机器或磁盘故障：读取",
  "condition-careful-read-availability-wal-stream": "全部措施，对比 WAL 流复制（半同步），任何机器或磁盘故障：读取",
  "condition-careful-read-availability-raft": "全部措施，对比 Raft，任何机器或磁盘故障：读取",
  "condition-careful-write-availability-single": "全部措施，对比单节点，任何机器或磁盘故障：写入",
  "condition-careful-write-availability-wal-stream": "全部措施，对比 WAL 流复制（半同步），任何机器或磁盘故障：写入",
  "condition-careful-write-availability-raft": "全部措施，对比 Raft，任何机器或磁盘故障：写入",
  "condition-careful-read-availability-as-drawn": "全部措施，对比毫无措施，任何机器或磁盘故障：读取",
  "condition-careful-metadata-as-drawn": "全部措施，对比毫无措施：磁盘服务器的元数据请求",

  "condition-two-groups-small": "两组承担两倍负载，对比一组承担自己的负载：小值，磁盘尚有余力",
  "condition-two-groups-large": "两组承担两倍负载，对比一组承担自己的负载：大值，磁盘已到极限",
};
