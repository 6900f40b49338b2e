/** Words of lessons, in English. */
export const lessonsEnglish = {
  "lesson-kicker": "Lesson · runs live in this page",
  "lesson-predict": "Predict",
  "lesson-run": "Run",
  "lesson-reveal": "Reveal",
  "lesson-explain": "Explain",
  "lesson-start-over": "Start over",
  "lesson-seen": "this is what happened",
  "lesson-run-text":
    "Scenario {scenario} on {topology}. Most seeds get away with it; seeds are run one after the other, until one does not.",
  "lesson-run-seeds": "Run seeds",
  "lesson-run-again": "Run them again",
  "lesson-tried": "Seeds run so far",
  "lesson-found": "Seed {seed} shows it. Its fingerprint is {fingerprint}, here and anywhere else this build runs.",
  "lesson-not-found": "None of {tries} seeds showed it. In this build the race may be closed.",
  "lesson-reveal-text":
    "The moments are those of the document's own timeline, T1 to T5, in the order in which they came about in this run.",
  "lesson-moments": "Moments of the run",
  "lesson-back": "Back",
  "lesson-next": "Next",
  "lesson-you-were-right": "You foresaw it.",
  "lesson-you-were-not": "Not quite.",
  "lesson-remedies": "The same seed on other designs",
  "lesson-run-same": "Run seed {seed}",
  "lesson-to-timeline": "Open this run in the timeline",
  "lesson-to-playground": "Try others in the playground",
  "lesson-part-primary": "writes, compacts, deletes",
  "lesson-part-disk": "holds the files of all",
  "lesson-part-replica": "only reads",
  "board-version": "goes by version {version}",
  "board-gone": "gone",

  "lesson-vanishing-title": "The vanishing SSTable",
  "lesson-vanishing-lead": "Nothing fails, and nobody is slow. Can a read on a replica still go wrong?",
  "lesson-vanishing-setting-1":
    "One primary writes. Two replicas only read, from the same files, which lie on a disk that all three mount over the network. This is the design that the document draws first.",
  "lesson-vanishing-setting-2":
    "An LSM tree never changes a file. It writes new SSTables and notes in the MANIFEST which of them make up the database now: a version. A reader takes the newest version from the MANIFEST, then opens the tables that it names.",
  "lesson-vanishing-setting-3":
    "In the background the primary compacts: it merges some tables into a new one, notes that in the MANIFEST, and deletes those it merged. It has no reason to know who else reads them.",
  "lesson-vanishing-question":
    "A replica has taken a version that names a table. The primary merges that table into another and deletes it. Then a client asks the replica for a key in it. What does the client get?",
  "lesson-vanishing-choice-old": "The old value: a deleted file stays readable for those who know it.",
  "lesson-vanishing-choice-new": "The new value: the replica sees that the MANIFEST has changed.",
  "lesson-vanishing-choice-waits": "The right value, a little later: deletion waits for readers.",
  "lesson-vanishing-choice-error": "An error: the file is not there.",
  "lesson-vanishing-reply-old":
    "On one machine a file that is open outlives its name. Here the replica had not opened the table yet, and a network file system gives no such promise to other hosts even for open files.",
  "lesson-vanishing-reply-new":
    "Nobody tells it. It asks the file system, and its mount answers from memory for as long as it believes what it last knew of the MANIFEST.",
  "lesson-vanishing-reply-waits":
    "It would, had anybody told the primary that there are readers. As the document draws it, no message passes between the two.",
  "lesson-vanishing-reply-error": "The version that the replica goes by names a file that its owner has deleted.",
  "lesson-vanishing-compaction-title": "The primary begins to compact",
  "lesson-vanishing-compaction-text":
    "{primary} picks {file} and others to be merged. For {replica} nothing has changed yet.",
  "lesson-vanishing-installed-title": "A new version is durable",
  "lesson-vanishing-installed-text":
    "The merged table takes the place of {file}. From here on {primary} owes nothing to the old one.",
  "lesson-vanishing-deleted-title": "The table is deleted",
  "lesson-vanishing-deleted-text": "{primary} has no use for {file}. The name is gone from the disk, for everybody.",
  "lesson-vanishing-manifest-title": "The replica asks for the newest version",
  "lesson-vanishing-manifest-text":
    "{replica} looks at the MANIFEST before it reads. Its mount remembers the file as it was, and does not ask: {replica} goes on with the version that names {file}.",
  "lesson-vanishing-opened-title": "The replica goes to open the table",
  "lesson-vanishing-opened-text":
    "{file} was deleted {late:duration} ago. There is no such file, and the client's read fails.",
  "lesson-vanishing-explained-1":
    "No single step was wrong. The primary deleted what its own database no longer needed; the replica opened what the newest version it knew of named. What is missing is a rule between the two: a table may go only when no reader can still be sent to it.",
  "lesson-vanishing-explained-2":
    "The document prints the deletion last (T5), after the replica has gone to open the table (T4). In that order the opening still succeeds. It is the other order that breaks, and it needs no slow reader: it is enough that the mount believes its memory for a few milliseconds.",
  "lesson-vanishing-explained-3":
    "Testing would hardly have found it: most runs hold. A seed that shows it is the same run every time, so that it can be looked at, and a remedy can be held against it.",
  "lesson-vanishing-leases-title": "Leases",
  "lesson-vanishing-leases-text":
    "A replica tells the primary which version it reads, and the primary deletes nothing that is leased. It costs a message, and disk space for as long as the slowest reader holds on.",
  "lesson-vanishing-careful-title": "All that it takes",
  "lesson-vanishing-careful-text":
    "Leases, epochs, an uncached mount, bounded staleness. Now it holds; the comparison has the price.",
  "lesson-vanishing-single-title": "One node",
  "lesson-vanishing-single-text": "Nothing is shared, so nothing can be deleted under anybody. That is the baseline.",
} as const;

/** The same in Simplified Chinese. */
export const lessonsChinese: Readonly<Record<keyof typeof lessonsEnglish, string>> = {
  "lesson-kicker": "课程 · 就在本页中实际运行",
  "lesson-predict": "预测",
  "lesson-run": "运行",
  "lesson-reveal": "揭示",
  "lesson-explain": "解释",
  "lesson-start-over": "重新开始",
  "lesson-seen": "实际发生的就是它",
  "lesson-run-text": "场景 {scenario}，设计 {topology}。多数种子安然无事；逐个运行种子，直到有一个出事。",
  "lesson-run-seeds": "运行种子",
  "lesson-run-again": "再次运行",
  "lesson-tried": "已运行的种子",
  "lesson-found": "种子 {seed} 展示了它。指纹为 {fingerprint}，本构建在任何地方运行都是如此。",
  "lesson-not-found": "{tries} 个种子都没有展示它。在此构建中，这个竞态或许已被消除。",
  "lesson-reveal-text": "这些时刻取自文档自己的时间线 T1 到 T5，按它们在本次运行中发生的先后排列。",
  "lesson-moments": "运行中的时刻",
  "lesson-back": "上一步",
  "lesson-next": "下一步",
  "lesson-you-were-right": "你预见到了。",
  "lesson-you-were-not": "不完全对。",
  "lesson-remedies": "同一种子在其他设计上",
  "lesson-run-same": "运行种子 {seed}",
  "lesson-to-timeline": "在时间线中打开本次运行",
  "lesson-to-playground": "到试验场试试别的",
  "lesson-part-primary": "写入、压实、删除",
  "lesson-part-disk": "保存所有节点的文件",
  "lesson-part-replica": "只读",
  "board-version": "依据版本 {version}",
  "board-gone": "已删除",

  "lesson-vanishing-title": "消失的 SSTable",
  "lesson-vanishing-lead": "没有任何故障，也没有谁变慢。副本上的读取还会出错吗？",
  "lesson-vanishing-setting-1":
    "一个主节点写入。两个副本只读，读的是同一批文件；这些文件在一块磁盘上，三者都通过网络挂载它。这是文档最先画出的设计。",
  "lesson-vanishing-setting-2":
    "LSM 树从不修改文件。它写出新的 SSTable，并在 MANIFEST 中记下当前数据库由哪些表组成，即一个版本。读者从 MANIFEST 取得最新版本，再打开其中列出的表。",
  "lesson-vanishing-setting-3":
    "主节点在后台压实：把若干表合并成一个新表，记入 MANIFEST，然后删除被合并的表。它无从知道还有谁在读它们。",
  "lesson-vanishing-question":
    "副本取得的版本列出了某个表。主节点把该表合并进另一个表，并删除了它。随后客户端向副本读取其中的一个键。客户端得到什么？",
  "lesson-vanishing-choice-old": "旧值：被删除的文件对知道它的人仍然可读。",
  "lesson-vanishing-choice-new": "新值：副本会发现 MANIFEST 变了。",
  "lesson-vanishing-choice-waits": "正确的值，只是稍晚：删除会等待读者。",
  "lesson-vanishing-choice-error": "错误：文件不存在。",
  "lesson-vanishing-reply-old":
    "在单台机器上，打开着的文件在名字消失后依然存在。但这里副本还没有打开该表；而网络文件系统即使对打开着的文件也不向其他主机作此保证。",
  "lesson-vanishing-reply-new":
    "没有人通知它。它询问文件系统，而挂载点在仍相信自己对 MANIFEST 的记忆时，直接凭记忆回答。",
  "lesson-vanishing-reply-waits": "假如有人告诉主节点有读者，它会等。但按文档所画，两者之间没有任何消息。",
  "lesson-vanishing-reply-error": "副本所依据的版本列出了一个文件，而它的主人已将其删除。",
  "lesson-vanishing-compaction-title": "主节点开始压实",
  "lesson-vanishing-compaction-text": "{primary} 选中 {file} 等表进行合并。对 {replica} 来说一切如旧。",
  "lesson-vanishing-installed-title": "新版本已持久化",
  "lesson-vanishing-installed-text": "合并出的表取代了 {file}。从此 {primary} 不再需要旧表。",
  "lesson-vanishing-deleted-title": "表被删除",
  "lesson-vanishing-deleted-text": "{primary} 已用不着 {file}。它的名字从磁盘上消失，对所有人都是如此。",
  "lesson-vanishing-manifest-title": "副本询问最新版本",
  "lesson-vanishing-manifest-text":
    "{replica} 在读取之前查看 MANIFEST。它的挂载点记得该文件原来的样子，没有去问：{replica} 继续使用列有 {file} 的版本。",
  "lesson-vanishing-opened-title": "副本去打开该表",
  "lesson-vanishing-opened-text": "{file} 在 {late:duration} 之前已被删除。没有这个文件，客户端的读取失败。",
  "lesson-vanishing-explained-1":
    "没有哪一步本身有错。主节点删除了自己的数据库不再需要的东西；副本打开了它所知最新版本列出的东西。缺少的是两者之间的一条规则：只有当不再有读者会被引向某个表时，才能删除它。",
  "lesson-vanishing-explained-2":
    "文档把删除印在最后（T5），在副本去打开该表（T4）之后。按那个顺序，打开仍会成功。出错的是另一种顺序，而且不需要慢读者：挂载点只要相信自己的记忆几毫秒就够了。",
  "lesson-vanishing-explained-3":
    "测试很难发现它：多数运行都成立。而展示它的种子每次都是同一次运行，因此可以细看，也可以用它检验补救办法。",
  "lesson-vanishing-leases-title": "租约",
  "lesson-vanishing-leases-text":
    "副本告诉主节点自己在读哪个版本，主节点不删除被租用的文件。代价是一条消息，以及最慢的读者占用期间的磁盘空间。",
  "lesson-vanishing-careful-title": "全部所需措施",
  "lesson-vanishing-careful-text": "租约、纪元、不带缓存的挂载、有界陈旧。这样就成立了；代价见对比页。",
  "lesson-vanishing-single-title": "单节点",
  "lesson-vanishing-single-text": "没有共享，也就没有什么会在别人脚下被删除。这是基线。",
};
