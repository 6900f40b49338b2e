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
};
