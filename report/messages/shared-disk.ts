/** What goes wrong, or turns out not to, when readers share the disk of a writer, in English. */
export const sharedDiskEnglish = {
  "finding-unflushed-read":
    "{host} answered {f}({key}) with {value}; {newer} had been acknowledged for {age:duration}, and no file held it",
  "finding-partial-read": "{host} answered {f}({key}) without {missing}, and said nothing of it",
  "finding-mixed-read": "{host} answered {f}({key}) with what was never so at one time: {found}",

  "title-unflushed-read": "acknowledged write invisible: in no file yet",
  "title-partial-read": "silent partial read",
  "title-mixed-read": "read mixed from several versions",

  "explain-unflushed-read":
    "{host} served {f}({key}) from version {held}, whose files hold writes up to {flushed}; {newer} is write {position}, acknowledged {age:duration} before, and stayed in the primary's memtable and WAL to the end of the run.",
  "explain-flushed-later":
    "{host} served {f}({key}) from version {held}, whose files hold writes up to {flushed}; {newer} is write {position}, acknowledged {age:duration} before, and stood in the primary's memtable and WAL alone until it was flushed, {wait:duration} later.",
  "explain-cached-log":
    "{host} reads the primary's log, but answered {f}({key}) from what its machine remembered of {file:name}, {old:duration} old; {newer} is write {position}, on the disk and acknowledged {age:duration} before.",
  "explain-unwritten-log":
    "{host} asked the disk for the primary's log, and {newer}, write {position}, acknowledged {age:duration} before, was not there: it stood in the cache of the primary's machine, which had not written it back.",
  "explain-unproven-log":
    "{host} read the primary's log, but serves of it what is known to be durable only, which a log says of a record with the next one; after {newer}, write {position}, acknowledged {age:duration} before, none had come.",
  "explain-locked":
    "{holder} had held the LOCK for {held:duration}; {host}, which opens the database as the primary does, was refused and served nothing.",
  "explain-foreign-manifest":
    "{host} acknowledged {value} of {key} once it was durable in {file}; {other}, which had opened the same database for writing, had put its own {manifest} in force. Started again, {host} recovered from that, which knows nothing of the log.",
  "explain-foreign-deletion":
    "{host} acknowledged {value} of {key} once it was durable in {file}; {other}, which had opened the same database for writing and replayed that log before, deleted it as a log that it did not need.",

  "explain-printed-order":
    "{host} opened {file} {since:duration} after version {version} had given it up (T2) and {until:duration} before its deletion (T5): in the order that the document prints, T4 before T5, the table is still there.",
  "explain-torn-edit":
    "{host} found {manifest} to end inside an edit at offset {offset}, kept version {version}, and read the edit whole {wait:duration} later: an end that is torn means “not yet”.",
} as const;

/** The same in Simplified Chinese. */
export const sharedDiskChinese: Readonly<Record<keyof typeof sharedDiskEnglish, string>> = {
  "finding-unflushed-read": "{host} 对 {f}({key}) 返回 {value}；{newer} 已确认 {age:duration}，却不在任何文件中",
  "finding-partial-read": "{host} 对 {f}({key}) 的回答缺少 {missing}，且未作任何提示",
  "finding-mixed-read": "{host} 对 {f}({key}) 的回答在任何时刻都不曾成立：{found}",

  "title-unflushed-read": "已确认的写入不可见：尚无文件保存它",
  "title-partial-read": "静默的不完整读取",
  "title-mixed-read": "读取混合了多个版本",

  "explain-unflushed-read":
    "{host} 用版本 {held} 回答 {f}({key})，其文件只含到第 {flushed} 次写入；{newer} 是第 {position} 次写入，已确认 {age:duration}，直到运行结束都只在主节点的 MemTable 和 WAL 中。",
  "explain-flushed-later":
    "{host} 用版本 {held} 回答 {f}({key})，其文件只含到第 {flushed} 次写入；{newer} 是第 {position} 次写入，已确认 {age:duration}，在 {wait:duration} 之后刷写之前只在主节点的 MemTable 和 WAL 中。",

  "explain-cached-log":
    "{host} 也读主节点的日志，但回答 {f}({key}) 用的是本机记得的 {file:name}，已有 {old:duration} 之久；{newer} 是第 {position} 次写入，早已落盘，已确认 {age:duration}。",
  "explain-unwritten-log":
    "{host} 向磁盘读取主节点的日志，却没有 {newer}（第 {position} 次写入，已确认 {age:duration}）：它还在主节点机器的页缓存里，尚未写回。",
  "explain-unproven-log":
    "{host} 读到了主节点的日志，但只回答已知落盘的部分，而日志要到下一条记录才说明上一条已落盘；{newer}（第 {position} 次写入，已确认 {age:duration}）之后还没有下一条。",
  "explain-locked":
    "{holder} 持有 LOCK 已 {held:duration}；{host} 也以主节点的方式打开数据库，遭到拒绝，无法提供任何服务。",
  "explain-foreign-manifest":
    "{host} 在 {key} 的 {value} 写入 {file} 并落盘后予以确认；{other} 也以读写方式打开了同一数据库，并让自己的 {manifest} 生效。{host} 重启后据此恢复，而其中没有这份日志。",
  "explain-foreign-deletion":
    "{host} 在 {key} 的 {value} 写入 {file} 并落盘后予以确认；{other} 也以读写方式打开了同一数据库，它先前重放过这份日志，便把它当作不再需要的日志删除了。",

  "explain-printed-order":
    "{host} 打开 {file} 时，版本 {version} 弃用它（T2）已 {since:duration}，距它被删除（T5）还有 {until:duration}：按文档所印的顺序，T4 先于 T5，文件还在。",
  "explain-torn-edit":
    "{host} 发现 {manifest} 在偏移 {offset} 处止于半条编辑，便沿用版本 {version}，{wait:duration} 之后才读到完整的编辑：撕裂的结尾意味着“尚未写完”。",
};
