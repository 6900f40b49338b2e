/** What checkers find in histories of transactions and registers, in English. Transactions are named by index, T0 being the first. */
export const anomaliesEnglish = {
  "anomaly-G0":
    "write cycle: {cycle} (processes {processes}, {from:duration} to {to:duration}) overwrote one another in a circle",
  "anomaly-G0-process":
    "write cycle within sessions: {cycle} (processes {processes}, {from:duration} to {to:duration}) overwrote one another against the order of a process",
  "anomaly-G0-realtime":
    "write cycle in real time: {cycle} (processes {processes}, {from:duration} to {to:duration}) overwrote one another against the order of time",
  "anomaly-G1c":
    "circular information flow: {cycle} (processes {processes}, {from:duration} to {to:duration}) each saw or overwrote what the one before did",
  "anomaly-G1c-process":
    "circular information flow within sessions: {cycle} (processes {processes}, {from:duration} to {to:duration}) goes against the order of a process",
  "anomaly-G1c-realtime":
    "circular information flow in real time: {cycle} (processes {processes}, {from:duration} to {to:duration}) goes against the order of time",
  "anomaly-G-single":
    "read skew: {cycle} (processes {processes}, {from:duration} to {to:duration}), where one transaction missed what it should have seen",
  "anomaly-G-single-process":
    "stale read within sessions: {cycle} (processes {processes}, {from:duration} to {to:duration}), where one transaction missed what its process had seen or done before",
  "anomaly-G-single-realtime":
    "stale read: {cycle} (processes {processes}, {from:duration} to {to:duration}), where one transaction missed what had been there before it began",
  "anomaly-G-nonadjacent":
    "fork: {cycle} (processes {processes}, {from:duration} to {to:duration}), where several transactions missed what the next one had seen or done, never two in turn",
  "anomaly-G-nonadjacent-process":
    "fork within sessions: {cycle} (processes {processes}, {from:duration} to {to:duration}), where several transactions missed something, never two in turn, against the order of a process",
  "anomaly-G-nonadjacent-realtime":
    "fork in real time: {cycle} (processes {processes}, {from:duration} to {to:duration}), where several transactions missed something, never two in turn, against the order of time",
  "anomaly-G2-item":
    "write skew: {cycle} (processes {processes}, {from:duration} to {to:duration}), where transactions missed what each other wrote",
  "anomaly-G2-item-process":
    "write skew within sessions: {cycle} (processes {processes}, {from:duration} to {to:duration}), where transactions missed what each other wrote, against the order of a process",
  "anomaly-G2-item-realtime":
    "write skew in real time: {cycle} (processes {processes}, {from:duration} to {to:duration}), where transactions missed what each other wrote, against the order of time",
  "anomaly-G1a":
    "aborted read: T{transaction} of process {process} at {time:duration} saw {value} in {key}, which T{other} of process {otherProcess} appended before it failed",
  "anomaly-G1b":
    "intermediate read: T{transaction} of process {process} at {time:duration} saw {key} ending with {value}, although T{other} of process {otherProcess} went on to append more",
  "anomaly-dirty-update":
    "dirty update: T{transaction} of process {process} at {time:duration} appended {value} to {key} after {previous}, which T{other} of process {otherProcess} appended before it failed",
  "anomaly-duplicate-elements":
    "duplicate element: T{transaction} of process {process} at {time:duration} saw {value} in {key} more than once",
  "anomaly-future-read":
    "future read: T{transaction} of process {process} at {time:duration} saw {value} in {key} before it appended that itself",
  "anomaly-garbage-read":
    "garbage read: T{transaction} of process {process} at {time:duration} saw {value} in {key}, which nobody wrote",
  "anomaly-incompatible-order":
    "incompatible orders: T{transaction} of process {process} at {time:duration} saw {value} at place {place} of {key}, where T{other} of process {otherProcess} saw {otherValue}",
  "anomaly-internal":
    "internal inconsistency: T{transaction} of process {process} at {time:duration} read {value} from {key}, where its own earlier steps left {expected}",
  "anomaly-internal-end":
    "internal inconsistency: T{transaction} of process {process} at {time:duration} read {value} from {key}, which does not end with what it had appended, {expected}",
  "anomaly-lost-update":
    "lost update: {transactions} (processes {processes}, {from:duration} to {to:duration}) all read {key} as of {last} and then appended to it",

  "step-ww": "T{to} appended {value} to {key} after {previous}, which T{from} appended",
  "step-wr": "T{to} saw {value} in {key}, which T{from} wrote",
  "step-rw": "T{from} read {key} without {value}, which T{to} wrote",
  "step-process": "process {process} did T{from} before T{to}",
  "step-realtime": "T{from} completed at {completed:duration}, before T{to} was invoked at {invoked:duration}",

  "title-G0": "write cycle (G0)",
  "title-G0-process": "write cycle within sessions (G0-process)",
  "title-G0-realtime": "write cycle in real time (G0-realtime)",
  "title-G1c": "circular information flow (G1c)",
  "title-G1c-process": "circular information flow within sessions (G1c-process)",
  "title-G1c-realtime": "circular information flow in real time (G1c-realtime)",
  "title-G-single": "read skew (G-single)",
  "title-G-single-process": "stale read within sessions (G-single-process)",
  "title-G-single-realtime": "stale read (G-single-realtime)",
  "title-G-nonadjacent": "fork (G-nonadjacent)",
  "title-G-nonadjacent-process": "fork within sessions (G-nonadjacent-process)",
  "title-G-nonadjacent-realtime": "fork in real time (G-nonadjacent-realtime)",
  "title-G2-item": "write skew (G2-item)",
  "title-G2-item-process": "write skew within sessions (G2-item-process)",
  "title-G2-item-realtime": "write skew in real time (G2-item-realtime)",
  "title-G1a": "aborted read (G1a)",
  "title-G1b": "intermediate read (G1b)",
  "title-dirty-update": "dirty update",
  "title-duplicate-elements": "duplicate element",
  "title-future-read": "future read",
  "title-garbage-read": "garbage read",
  "title-incompatible-order": "incompatible orders",
  "title-internal": "internal inconsistency",
  "title-lost-update": "lost update",

  "anomaly-wrong-total":
    "wrong total: process {process} at {time:duration} read balances that add up to {found}, not {expected}",
  "anomaly-wrong-total-half-transfer":
    "wrong total: process {process} at {time:duration} read balances that add up to {found}, not {expected}; the difference is the {difference} that process {transfer} began to transfer at {since:duration}",
  "anomaly-unexpected-key":
    "unexpected account: process {process} at {time:duration} read a balance of {account}, which is no account",
  "anomaly-nil-balance": "missing balance: process {process} at {time:duration} read no balance of account {account}",
  "anomaly-negative-value":
    "negative balance: process {process} at {time:duration} read {balance} in account {account}",
  "anomaly-lost-element":
    "lost element: process {process} at {time:duration} did not read {value} in set {key}, known since process {knownProcess} completed at {known:duration} and last read by process {seenProcess} at {seen:duration}; no later read saw it",
  "anomaly-lost-element-unread":
    "lost element: process {process} at {time:duration} did not read {value} in set {key}, known since process {knownProcess} completed at {known:duration}; no read ever saw it",
  "anomaly-stale-element":
    "stale read: process {process} at {time:duration} did not read {value} in set {key}, known since process {knownProcess} completed at {known:duration}; process {seenProcess} read it again at {seen:duration}",
  "anomaly-unexpected-element":
    "unexpected element: process {process} at {time:duration} read {value} in set {key}, which nobody added",
  "anomaly-unexpected-element-failed":
    "unexpected element: process {process} at {time:duration} read {value} in set {key}, which process {adder} had failed to add",
  "anomaly-duplicate-element":
    "duplicate element: process {process} at {time:duration} read {value} in set {key} more than once",
  "anomaly-long-fork":
    "long fork: {readers} (processes {processes}, {from:duration} to {to:duration}) saw writes happen in contrary orders: {cycle}",
  "anomaly-read-your-writes":
    "read-your-writes broken: process {process} at {time:duration} read {value} from {key}, older than {newer}, which it had itself left there at {since:duration}",
  "anomaly-monotonic-reads":
    "monotonic reads broken: process {process} at {time:duration} read {value} from {key}, older than {newer}, which it had read at {since:duration}",
  "anomaly-monotonic-writes":
    "monotonic writes broken: process {process} at {time:duration} read {value} from {key}, older than {newer}, although at {since:duration} it had read {later} from {laterKey}, which process {writer} wrote after that",
  "anomaly-writes-follow-reads":
    "writes-follow-reads broken: process {process} at {time:duration} read {value} from {key}, older than {newer}, although at {since:duration} it had read {later} from {laterKey}, which process {writer} wrote after reading that",
  "anomaly-monotonic-writes-position":
    "monotonic writes broken: process {process} at {time:duration} wrote {value} to {key} at position {position}, below position {newerPosition} of {newer}, which it wrote before, at {since:duration}",
  "anomaly-writes-follow-reads-position":
    "writes-follow-reads broken: process {process} at {time:duration} wrote {value} to {key} at position {position}, below position {newerPosition} of {newer}, which it had read at {since:duration}",
  "anomaly-contradicted-position":
    "contradicted position: process {process} at {time:duration} read {value} from {key} as of position {position}, although process {writer} had written {written} at position {writtenPosition}",
  "anomaly-contradicted-position-ahead":
    "contradicted position: process {process} at {time:duration} read {value} from {key} as of position {position}, although process {writer} wrote {written} only at position {writtenPosition}",
  "anomaly-ThinAirRead":
    "thin-air read: process {process} at {time:duration} read {value} from {key}, which nobody wrote",
  "anomaly-CyclicCO":
    "cyclic causal order: {cycle} (processes {processes}, {from:duration} to {to:duration}) each follow from one another",
  "anomaly-WriteCOInitRead":
    "causality broken: process {process} at {time:duration} read the initial {value} from {key}, although {newer}, which process {writer} wrote at {since:duration}, came before that",
  "anomaly-WriteCORead":
    "causality broken: process {process} at {time:duration} read {value} from {key}, which process {overwritten} wrote, although process {writer} had overwritten it with {newer} at {since:duration}, and that came before the read",
  "anomaly-CyclicHB":
    "causal memory broken: {cycle} (processes {processes}, {from:duration} to {to:duration}) cannot be put in the order in which one session saw them",
  "anomaly-WriteHBInitRead":
    "causal memory broken: process {process} at {time:duration} read the initial {value} from {key}, although in its eyes {newer}, which process {writer} wrote at {since:duration}, came before that",
  "anomaly-CyclicCF":
    "causal convergence broken: {cycle} (processes {processes}, {from:duration} to {to:duration}) show that concurrent writes won in contrary orders",
  "anomaly-stale-read":
    "stale read: process {process} at {invoked:duration} read {value} from {key}; {newer}, which process {writer} had written, had been acknowledged at {acknowledged:duration}, {age:duration} before ({bound:duration} allowed)",
  "anomaly-versions-behind":
    "stale read: process {process} at {invoked:duration} read {value} from {key}, {versions:count} acknowledged versions behind ({bound:count} allowed); {newer} of process {writer} had been acknowledged at {acknowledged:duration}, {age:duration} before",
  "anomaly-lost-write":
    "lost write: process {process} at {time:duration} finally read {value} from {key}, although {newer}, which process {writer} wrote, had been acknowledged at {acknowledged:duration}; no final read found it or anything newer",
  "anomaly-resurrected-value":
    "resurrected value: process {process} at {time:duration} finally read {value} from {key}, although a deletion by process {writer} had been acknowledged at {acknowledged:duration}; no final read found it deleted",
  "anomaly-stale-final-read":
    "stale final read: process {process} at {time:duration} finally read {value} from {key}, although {newer}, which process {writer} wrote, had been acknowledged at {acknowledged:duration}; other final reads found that",
  "anomaly-divergence": "divergence: replicas hold different values of {key} in the end: {replicas}",
  "anomaly-divergence-read":
    "divergence: final reads between {from:duration} and {to:duration} found different values of {key}: {replicas}",
  "anomaly-divergence-state": "divergence: replicas hold different states in the end: {replicas}",
  "anomaly-outage":
    "outage: from {from:duration} to {to:duration}, for {length:duration}, nothing succeeded ({bound:duration} allowed), such as {f} of process {process}, invoked at {invoked:duration}",
  "anomaly-low-success-ratio":
    "low success ratio: from {from:duration} to {to:duration} {ok:count} of {of:count} operations succeeded, {percent} % ({bound} % required); others did not, such as {f} of process {process}, invoked at {invoked:duration}",

  "unknown-set-unread": "no read shows any of the {attempts:count} elements to stay",
  "unknown-causal-memory": "the views of sessions were not all put in order within {budget:count} steps",
  "unknown-durability-unread": "none of the {keys:count} changed keys was read after its last change",
  "unknown-convergence-unread": "no key was read from two nodes after its last change",

  "step-ww-seen": "T{read}, which follows T{from}, saw {value} of T{to} in {key}, so the latter came later",

  "title-wrong-total": "wrong total",
  "title-unexpected-key": "unexpected account",
  "title-nil-balance": "missing balance",
  "title-negative-value": "negative balance",
  "title-lost-element": "lost element",
  "title-stale-element": "stale read of a set",
  "title-unexpected-element": "unexpected element",
  "title-duplicate-element": "element read twice",
  "title-long-fork": "long fork",
  "title-read-your-writes": "read-your-writes broken",
  "title-monotonic-reads": "monotonic reads broken",
  "title-monotonic-writes": "monotonic writes broken",
  "title-writes-follow-reads": "writes-follow-reads broken",
  "title-contradicted-position": "position contradicted by value",
  "title-ThinAirRead": "thin-air read",
  "title-CyclicCO": "cyclic causal order",
  "title-WriteCOInitRead": "initial value read after a write",
  "title-WriteCORead": "overwritten value read",
  "title-CyclicHB": "no order for one session",
  "title-WriteHBInitRead": "initial value read after a write that the session saw",
  "title-CyclicCF": "no common order of concurrent writes",
  "title-versions-behind": "too many versions behind",
  "title-lost-write": "acknowledged write lost",
  "title-resurrected-value": "deleted value came back",
  "title-stale-final-read": "stale final read",
  "title-divergence": "replicas diverge",
  "title-outage": "outage",
  "title-low-success-ratio": "low success ratio",
} as const;

/** The same in Simplified Chinese. */
export const anomaliesChinese: Readonly<Record<keyof typeof anomaliesEnglish, string>> = {
  "anomaly-G0": "写循环：{cycle}（进程 {processes}，{from:duration} 至 {to:duration}）循环地互相覆盖",
  "anomaly-G0-process":
    "会话内的写循环：{cycle}（进程 {processes}，{from:duration} 至 {to:duration}）互相覆盖，违背进程内的顺序",
  "anomaly-G0-realtime":
    "实时写循环：{cycle}（进程 {processes}，{from:duration} 至 {to:duration}）互相覆盖，违背时间顺序",
  "anomaly-G1c":
    "循环信息流：{cycle}（进程 {processes}，{from:duration} 至 {to:duration}）各自读到或覆盖了前一个事务所写的内容",
  "anomaly-G1c-process":
    "会话内的循环信息流：{cycle}（进程 {processes}，{from:duration} 至 {to:duration}）违背进程内的顺序",
  "anomaly-G1c-realtime": "实时循环信息流：{cycle}（进程 {processes}，{from:duration} 至 {to:duration}）违背时间顺序",
  "anomaly-G-single":
    "读偏斜：{cycle}（进程 {processes}，{from:duration} 至 {to:duration}），其中一个事务没有看到它应当看到的内容",
  "anomaly-G-single-process":
    "会话内的陈旧读：{cycle}（进程 {processes}，{from:duration} 至 {to:duration}），其中一个事务没有看到其进程此前看到或写入的内容",
  "anomaly-G-single-realtime":
    "陈旧读：{cycle}（进程 {processes}，{from:duration} 至 {to:duration}），其中一个事务没有看到它开始之前就已存在的内容",
  "anomaly-G-nonadjacent":
    "分叉：{cycle}（进程 {processes}，{from:duration} 至 {to:duration}），其中几个事务没有看到下一个事务看到或写入的内容，且互不相邻",
  "anomaly-G-nonadjacent-process":
    "会话内的分叉：{cycle}（进程 {processes}，{from:duration} 至 {to:duration}），其中几个互不相邻的事务有所遗漏，违背进程内的顺序",
  "anomaly-G-nonadjacent-realtime":
    "实时分叉：{cycle}（进程 {processes}，{from:duration} 至 {to:duration}），其中几个互不相邻的事务有所遗漏，违背时间顺序",
  "anomaly-G2-item":
    "写偏斜：{cycle}（进程 {processes}，{from:duration} 至 {to:duration}），其中的事务互相没有看到对方所写的内容",
  "anomaly-G2-item-process":
    "会话内的写偏斜：{cycle}（进程 {processes}，{from:duration} 至 {to:duration}），其中的事务互相没有看到对方所写的内容，违背进程内的顺序",
  "anomaly-G2-item-realtime":
    "实时写偏斜：{cycle}（进程 {processes}，{from:duration} 至 {to:duration}），其中的事务互相没有看到对方所写的内容，违背时间顺序",
  "anomaly-G1a":
    "读到已中止的写：进程 {process} 的 T{transaction} 于 {time:duration} 在 {key} 中看到 {value}，而追加它的 T{other}（进程 {otherProcess}）已失败",
  "anomaly-G1b":
    "读到中间状态：进程 {process} 的 T{transaction} 于 {time:duration} 看到 {key} 以 {value} 结尾，而 T{other}（进程 {otherProcess}）随后还追加了内容",
  "anomaly-dirty-update":
    "脏更新：进程 {process} 的 T{transaction} 于 {time:duration} 把 {value} 追加到 {key} 的 {previous} 之后，而追加后者的 T{other}（进程 {otherProcess}）已失败",
  "anomaly-duplicate-elements":
    "重复元素：进程 {process} 的 T{transaction} 于 {time:duration} 在 {key} 中不止一次看到 {value}",
  "anomaly-future-read":
    "读到未来：进程 {process} 的 T{transaction} 于 {time:duration} 在 {key} 中看到 {value}，而它自己此后才追加该元素",
  "anomaly-garbage-read":
    "读到垃圾：进程 {process} 的 T{transaction} 于 {time:duration} 在 {key} 中看到从未有人写入的 {value}",
  "anomaly-incompatible-order":
    "顺序不相容：进程 {process} 的 T{transaction} 于 {time:duration} 在 {key} 的第 {place} 位看到 {value}，而 T{other}（进程 {otherProcess}）在同一位置看到 {otherValue}",
  "anomaly-internal":
    "内部不一致：进程 {process} 的 T{transaction} 于 {time:duration} 从 {key} 读到 {value}，而它自己先前的步骤留下的是 {expected}",
  "anomaly-internal-end":
    "内部不一致：进程 {process} 的 T{transaction} 于 {time:duration} 从 {key} 读到 {value}，其结尾不是它已追加的 {expected}",
  "anomaly-lost-update":
    "丢失更新：{transactions}（进程 {processes}，{from:duration} 至 {to:duration}）都读到 {key} 截至 {last} 的状态，然后各自追加",

  "step-ww": "T{to} 把 {value} 追加到 {key} 中 T{from} 所追加的 {previous} 之后",
  "step-wr": "T{to} 在 {key} 中看到 T{from} 写入的 {value}",
  "step-rw": "T{from} 读 {key} 时没有看到 T{to} 写入的 {value}",
  "step-process": "进程 {process} 先执行 T{from}，后执行 T{to}",
  "step-realtime": "T{from} 于 {completed:duration} 完成，早于 T{to} 于 {invoked:duration} 发起",

  "title-G0": "写循环（G0）",
  "title-G0-process": "会话内的写循环（G0-process）",
  "title-G0-realtime": "实时写循环（G0-realtime）",
  "title-G1c": "循环信息流（G1c）",
  "title-G1c-process": "会话内的循环信息流（G1c-process）",
  "title-G1c-realtime": "实时循环信息流（G1c-realtime）",
  "title-G-single": "读偏斜（G-single）",
  "title-G-single-process": "会话内的陈旧读（G-single-process）",
  "title-G-single-realtime": "陈旧读（G-single-realtime）",
  "title-G-nonadjacent": "分叉（G-nonadjacent）",
  "title-G-nonadjacent-process": "会话内的分叉（G-nonadjacent-process）",
  "title-G-nonadjacent-realtime": "实时分叉（G-nonadjacent-realtime）",
  "title-G2-item": "写偏斜（G2-item）",
  "title-G2-item-process": "会话内的写偏斜（G2-item-process）",
  "title-G2-item-realtime": "实时写偏斜（G2-item-realtime）",
  "title-G1a": "读到已中止的写（G1a）",
  "title-G1b": "读到中间状态（G1b）",
  "title-dirty-update": "脏更新",
  "title-duplicate-elements": "重复元素",
  "title-future-read": "读到未来",
  "title-garbage-read": "读到垃圾",
  "title-incompatible-order": "顺序不相容",
  "title-internal": "内部不一致",
  "title-lost-update": "丢失更新",

  "anomaly-wrong-total": "总额错误：进程 {process} 于 {time:duration} 读到的余额合计为 {found}，而不是 {expected}",
  "anomaly-wrong-total-half-transfer":
    "总额错误：进程 {process} 于 {time:duration} 读到的余额合计为 {found}，而不是 {expected}；差额正是进程 {transfer} 于 {since:duration} 开始转账的 {difference}",
  "anomaly-unexpected-key": "意外的账户：进程 {process} 于 {time:duration} 读到 {account} 的余额，而该账户并不存在",
  "anomaly-nil-balance": "缺少余额：进程 {process} 于 {time:duration} 没有读到账户 {account} 的余额",
  "anomaly-negative-value": "负余额：进程 {process} 于 {time:duration} 读到账户 {account} 的余额为 {balance}",
  "anomaly-lost-element":
    "元素丢失：进程 {process} 于 {time:duration} 没有在集合 {key} 中读到 {value}，而进程 {knownProcess} 于 {known:duration} 已确认它存在，进程 {seenProcess} 最后于 {seen:duration} 读到它；此后再无读取看到它",
  "anomaly-lost-element-unread":
    "元素丢失：进程 {process} 于 {time:duration} 没有在集合 {key} 中读到 {value}，而进程 {knownProcess} 于 {known:duration} 已确认它存在；从未有读取看到它",
  "anomaly-stale-element":
    "陈旧读：进程 {process} 于 {time:duration} 没有在集合 {key} 中读到 {value}，而进程 {knownProcess} 于 {known:duration} 已确认它存在；进程 {seenProcess} 于 {seen:duration} 又读到了它",
  "anomaly-unexpected-element":
    "意外的元素：进程 {process} 于 {time:duration} 在集合 {key} 中读到从未有人添加的 {value}",
  "anomaly-unexpected-element-failed":
    "意外的元素：进程 {process} 于 {time:duration} 在集合 {key} 中读到 {value}，而进程 {adder} 添加它时已失败",
  "anomaly-duplicate-element": "重复元素：进程 {process} 于 {time:duration} 在集合 {key} 中不止一次读到 {value}",
  "anomaly-long-fork":
    "长分叉：{readers}（进程 {processes}，{from:duration} 至 {to:duration}）以相反的顺序看到写入：{cycle}",
  "anomaly-read-your-writes":
    "违反读己之写：进程 {process} 于 {time:duration} 从 {key} 读到 {value}，早于它自己于 {since:duration} 留下的 {newer}",
  "anomaly-monotonic-reads":
    "违反单调读：进程 {process} 于 {time:duration} 从 {key} 读到 {value}，早于它于 {since:duration} 已读到的 {newer}",
  "anomaly-monotonic-writes":
    "违反单调写：进程 {process} 于 {time:duration} 从 {key} 读到 {value}，早于 {newer}，尽管它于 {since:duration} 已从 {laterKey} 读到进程 {writer} 在其后写入的 {later}",
  "anomaly-writes-follow-reads":
    "违反写跟随读：进程 {process} 于 {time:duration} 从 {key} 读到 {value}，早于 {newer}，尽管它于 {since:duration} 已从 {laterKey} 读到进程 {writer} 读过前者之后写入的 {later}",
  "anomaly-monotonic-writes-position":
    "违反单调写：进程 {process} 于 {time:duration} 把 {value} 写入 {key} 的位置 {position}，低于它此前于 {since:duration} 写入的 {newer} 的位置 {newerPosition}",
  "anomaly-writes-follow-reads-position":
    "违反写跟随读：进程 {process} 于 {time:duration} 把 {value} 写入 {key} 的位置 {position}，低于它于 {since:duration} 已读到的 {newer} 的位置 {newerPosition}",
  "anomaly-contradicted-position":
    "位置矛盾：进程 {process} 于 {time:duration} 从 {key} 读到截至位置 {position} 的 {value}，而进程 {writer} 已在位置 {writtenPosition} 写入 {written}",
  "anomaly-contradicted-position-ahead":
    "位置矛盾：进程 {process} 于 {time:duration} 从 {key} 读到截至位置 {position} 的 {value}，而进程 {writer} 直到位置 {writtenPosition} 才写入 {written}",
  "anomaly-ThinAirRead": "凭空读：进程 {process} 于 {time:duration} 从 {key} 读到从未有人写入的 {value}",
  "anomaly-CyclicCO": "因果顺序成环：{cycle}（进程 {processes}，{from:duration} 至 {to:duration}）互为因果",
  "anomaly-WriteCOInitRead":
    "违反因果：进程 {process} 于 {time:duration} 从 {key} 读到初始的 {value}，而进程 {writer} 于 {since:duration} 写入的 {newer} 在因果上先于此读",
  "anomaly-WriteCORead":
    "违反因果：进程 {process} 于 {time:duration} 从 {key} 读到进程 {overwritten} 写入的 {value}，而进程 {writer} 于 {since:duration} 已用 {newer} 覆盖它，且在因果上先于此读",
  "anomaly-CyclicHB":
    "违反因果内存：{cycle}（进程 {processes}，{from:duration} 至 {to:duration}）无法排成某个会话所看到的顺序",
  "anomaly-WriteHBInitRead":
    "违反因果内存：进程 {process} 于 {time:duration} 从 {key} 读到初始的 {value}，而在它看来，进程 {writer} 于 {since:duration} 写入的 {newer} 先于此读",
  "anomaly-CyclicCF":
    "违反因果收敛：{cycle}（进程 {processes}，{from:duration} 至 {to:duration}）表明并发写入以相反的顺序胜出",
  "anomaly-stale-read":
    "陈旧读：进程 {process} 于 {invoked:duration} 从 {key} 读到 {value}，而进程 {writer} 写入的 {newer} 已于 {acknowledged:duration} 确认，早了 {age:duration}（允许 {bound:duration}）",
  "anomaly-versions-behind":
    "陈旧读：进程 {process} 于 {invoked:duration} 从 {key} 读到 {value}，落后 {versions:count} 个已确认的版本（允许 {bound:count} 个）；进程 {writer} 的 {newer} 已于 {acknowledged:duration} 确认，早了 {age:duration}",
  "anomaly-lost-write":
    "写入丢失：进程 {process} 最终于 {time:duration} 从 {key} 读到 {value}，而进程 {writer} 写入的 {newer} 已于 {acknowledged:duration} 确认；没有任何最终读取看到它或更新的值",
  "anomaly-resurrected-value":
    "已删除的值复活：进程 {process} 最终于 {time:duration} 从 {key} 读到 {value}，而进程 {writer} 的删除已于 {acknowledged:duration} 确认；没有任何最终读取看到它被删除",
  "anomaly-stale-final-read":
    "最终读陈旧：进程 {process} 最终于 {time:duration} 从 {key} 读到 {value}，而进程 {writer} 写入的 {newer} 已于 {acknowledged:duration} 确认；其他最终读取看到了后者",
  "anomaly-divergence": "未收敛：各副本最终保存的 {key} 的值不同：{replicas}",
  "anomaly-divergence-read": "未收敛：{from:duration} 至 {to:duration} 之间的最终读取看到 {key} 的值不同：{replicas}",
  "anomaly-divergence-state": "未收敛：各副本的最终状态不同：{replicas}",
  "anomaly-outage":
    "中断：从 {from:duration} 到 {to:duration}，持续 {length:duration}，没有操作成功（允许 {bound:duration}），例如进程 {process} 于 {invoked:duration} 发起的 {f}",
  "anomaly-low-success-ratio":
    "成功率低：从 {from:duration} 到 {to:duration}，{of:count} 个操作中成功 {ok:count} 个，占 {percent} %（要求 {bound} %）；其余没有成功，例如进程 {process} 于 {invoked:duration} 发起的 {f}",

  "unknown-set-unread": "没有任何读取表明 {attempts:count} 个元素中的任何一个得以保留",
  "unknown-causal-memory": "在 {budget:count} 步之内未能排定所有会话的视图",
  "unknown-durability-unread": "{keys:count} 个被修改过的键，没有一个在最后一次修改之后被读取",
  "unknown-convergence-unread": "没有任何键在最后一次修改之后从两个节点读取过",

  "step-ww-seen": "T{read} 在 T{from} 之后仍在 {key} 中看到 T{to} 的 {value}，因此后者更晚",

  "title-wrong-total": "总额错误",
  "title-unexpected-key": "意外的账户",
  "title-nil-balance": "缺少余额",
  "title-negative-value": "负余额",
  "title-lost-element": "元素丢失",
  "title-stale-element": "集合的陈旧读",
  "title-unexpected-element": "意外的元素",
  "title-duplicate-element": "元素被重复读到",
  "title-long-fork": "长分叉",
  "title-read-your-writes": "违反读己之写",
  "title-monotonic-reads": "违反单调读",
  "title-monotonic-writes": "违反单调写",
  "title-writes-follow-reads": "违反写跟随读",
  "title-contradicted-position": "位置与值矛盾",
  "title-ThinAirRead": "凭空读",
  "title-CyclicCO": "因果顺序成环",
  "title-WriteCOInitRead": "写入之后仍读到初始值",
  "title-WriteCORead": "读到已被覆盖的值",
  "title-CyclicHB": "某会话无法排序",
  "title-WriteHBInitRead": "会话已见写入之后仍读到初始值",
  "title-CyclicCF": "并发写入没有共同顺序",
  "title-versions-behind": "落后的版本过多",
  "title-lost-write": "已确认的写入丢失",
  "title-resurrected-value": "已删除的值复活",
  "title-stale-final-read": "最终读陈旧",
  "title-divergence": "副本未收敛",
  "title-outage": "中断",
  "title-low-success-ratio": "成功率低",
};
