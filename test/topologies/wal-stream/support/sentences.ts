import type { TraceEvent } from "../../../../host/trace.ts";

/** What stands in a transcript for what nodes trace; what is not here does not. */
export type Sentences = Readonly<Record<string, (data: TraceEvent) => string | undefined>>;

export const NODE_SENTENCES: Sentences = {
  "became-primary": ({ epoch, last }) => `leads epoch ${epoch}, from ${last} on`,
  "epoch-began": ({ epoch, after }) => `begins epoch ${epoch} after ${after}`,
  "epoch-promised": ({ epoch }) => `promises epoch ${epoch}`,
  "stepped-down": ({ epoch, later }) => `gives up epoch ${epoch} for ${later}`,
  "replica-streaming": ({ replica, flushed }) => `has ${replica} streaming at ${flushed}`,
  "replica-diverged": ({ replica, last, ancestor }) => `sees ${replica} part at ${ancestor}, at ${last} now`,
  "replica-refused": ({ replica, code }) => `refuses ${replica}: ${code}`,
  "stream-refused": ({ from, code }) => `is refused by ${from}: ${code}`,
  "frame-refused": ({ from, fault }) => `refuses a frame from ${from}: ${fault}`,
  "full-sync-began": ({ replica, reason }) => `copies all to ${replica}: ${reason}`,
  "full-sync-installed": ({ lsn }) => `has copied all, up to ${lsn}`,
  "full-sync-failed": () => `gives the copy up`,
  "rewind-refused": ({ reason }) => `cannot rewind: ${reason}`,
  rewound: ({ from, to, keys }) => `rewinds from ${from} to ${to}, ${keys} keys undone`,
  "slot-dropped": ({ replica }) => `keeps the log for ${replica} no longer`,
  "change-unknown": ({ lsn, code }) => `leaves ${lsn} open: ${code}`,
  "disk-full": () => `has no room`,
  "node-failed": () => `fails`,
  "digest-mismatch": ({ lsn }) => `differs from its primary at ${lsn}`,
  "copy-distrusted": () => `distrusts its data`,
  "copy-unusable": () => `cannot use its data`,
  "cluster-founded": () => `founds the cluster`,
  applied: ({ lsn }) => `shows ${lsn}`,
};
