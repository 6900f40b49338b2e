/** Why a history is not linearizable, in English. */
export const linearizabilityEnglish = {
  "linearizability-no-origin":
    "op {op} (process {process}, {what}, {invoked:duration}–{completed:duration}) cannot be placed: nobody had brought {value}.",
  "linearizability-failed-origin":
    "op {op} (process {process}, {what}, {invoked:duration}–{completed:duration}) cannot be placed: {value} came from op {other} (process {otherProcess}, {otherWhat}) only, which failed.",
  "linearizability-from-the-future":
    "op {op} (process {process}, {what}, {invoked:duration}–{completed:duration}) cannot be placed: {value} was first brought by op {other} (process {otherProcess}, {otherWhat}), invoked at {otherInvoked:duration}.",
  "linearizability-overwritten":
    "op {op} (process {process}, {what}, {invoked:duration}–{completed:duration}) cannot be placed: by then {value} had been overwritten by op {other} (process {otherProcess}, {otherWhat}), acknowledged at {otherCompleted:duration}, and no write of {value} was open.",
  "linearizability-superseded":
    "op {op} (process {process}, {what}, {invoked:duration}–{completed:duration}) cannot be placed: op {other} (process {otherProcess}, {otherWhat}) had already found {there} there at {otherCompleted:duration}, and no write of {value} was open since it began.",
  "linearizability-taken-before":
    "op {op} (process {process}, {what}, {invoked:duration}–{completed:duration}) cannot be placed: {value} had been taken by op {other} (process {otherProcess}, {otherWhat}), acknowledged at {otherCompleted:duration}.",
  "linearizability-lost":
    "op {op} (process {process}, {what}, {invoked:duration}–{completed:duration}) cannot be placed: it does not hold {value}, which op {other} (process {otherProcess}, {otherWhat}) had brought, acknowledged at {otherCompleted:duration}.",
  "linearizability-unseen":
    "op {op} (process {process}, {what}, {invoked:duration}–{completed:duration}) cannot be placed: it does not hold {value}, which op {other} (process {otherProcess}, {otherWhat}) had seen by {otherCompleted:duration}.",
  "linearizability-no-order":
    "op {op} (process {process}, {what}, {invoked:duration}–{completed:duration}) cannot be placed: without it there is an order (operations placed: {placed:count}, which leave {state}), with it there is none.",
  "linearizability-out-of-steps":
    "{undecided:count} of {partitions:count} parts of the history remain undecided: the limit of {limit:count} configurations was reached.",
  "linearizability-out-of-memory":
    "{undecided:count} of {partitions:count} parts of the history remain undecided: the limit of {limit:count} bytes was reached.",
} as const;

/** The same in Simplified Chinese. */
export const linearizabilityChinese: Readonly<Record<keyof typeof linearizabilityEnglish, string>> = {
  "linearizability-no-origin":
    "操作 {op}（进程 {process}，{what}，{invoked:duration}–{completed:duration}）无法排入：此前没有任何操作带来过 {value}。",
  "linearizability-failed-origin":
    "操作 {op}（进程 {process}，{what}，{invoked:duration}–{completed:duration}）无法排入：{value} 只来自操作 {other}（进程 {otherProcess}，{otherWhat}），而该操作已失败。",
  "linearizability-from-the-future":
    "操作 {op}（进程 {process}，{what}，{invoked:duration}–{completed:duration}）无法排入：最早带来 {value} 的是操作 {other}（进程 {otherProcess}，{otherWhat}），它在 {otherInvoked:duration} 才发起。",
  "linearizability-overwritten":
    "操作 {op}（进程 {process}，{what}，{invoked:duration}–{completed:duration}）无法排入：此时 {value} 已被操作 {other}（进程 {otherProcess}，{otherWhat}）覆盖，后者在 {otherCompleted:duration} 得到确认，且没有未完成的 {value} 写入。",
  "linearizability-superseded":
    "操作 {op}（进程 {process}，{what}，{invoked:duration}–{completed:duration}）无法排入：操作 {other}（进程 {otherProcess}，{otherWhat}）在 {otherCompleted:duration} 之前已看到 {there}，且自它开始以来没有未完成的 {value} 写入。",
  "linearizability-taken-before":
    "操作 {op}（进程 {process}，{what}，{invoked:duration}–{completed:duration}）无法排入：{value} 已被操作 {other}（进程 {otherProcess}，{otherWhat}）取走，后者在 {otherCompleted:duration} 得到确认。",
  "linearizability-lost":
    "操作 {op}（进程 {process}，{what}，{invoked:duration}–{completed:duration}）无法排入：其中没有 {value}，而操作 {other}（进程 {otherProcess}，{otherWhat}）带来了它，并在 {otherCompleted:duration} 得到确认。",
  "linearizability-unseen":
    "操作 {op}（进程 {process}，{what}，{invoked:duration}–{completed:duration}）无法排入：其中没有 {value}，而操作 {other}（进程 {otherProcess}，{otherWhat}）在 {otherCompleted:duration} 之前已看到它。",
  "linearizability-no-order":
    "操作 {op}（进程 {process}，{what}，{invoked:duration}–{completed:duration}）无法排入：不含它时有 {placed:count} 个操作可以排成顺序，结果为 {state}；加上它则没有任何顺序。",
  "linearizability-out-of-steps":
    "历史的 {partitions:count} 个部分中有 {undecided:count} 个未能判定：已达到 {limit:count} 个状态组合的上限。",
  "linearizability-out-of-memory":
    "历史的 {partitions:count} 个部分中有 {undecided:count} 个未能判定：已达到 {limit:count} 字节的上限。",
};
