import type { Complexity } from "../topology.ts";
import type { ControlRequest } from "./control-protocol.ts";
import type { NodeLife } from "./node.ts";
import type { ReceiverPhase } from "./receiver.ts";
import type { SenderPhase } from "./sender.ts";
import type { WalStreamSettings } from "./settings.ts";
import type { StreamMessage } from "./stream-protocol.ts";

/** Whether the document's picture has it too, or only what failures ask for beyond that. */
type Origin = "drawn" | "beyond";

/** Between a client and a node. */
const CLIENT_MESSAGES: Readonly<Record<"request" | "reply", Origin>> = { request: "drawn", reply: "drawn" };

/** `send_wal_entry`, and whatever `wait_one_replica` waits for. */
const STREAM_MESSAGES: Readonly<Record<StreamMessage["kind"], Origin>> = {
  hello: "beyond",
  ack: "drawn",
  fetch: "beyond",
  welcome: "beyond",
  diverged: "beyond",
  snapshot: "beyond",
  chunk: "beyond",
  "snapshot-end": "beyond",
  fetched: "beyond",
  entries: "drawn",
  refused: "beyond",
};

/** The picture says that failover is manual, and so that a node can be told to take over. */
const CONTROL_MESSAGES: Readonly<Record<ControlRequest["ask"], Origin>> = {
  status: "beyond",
  promise: "beyond",
  promote: "drawn",
  resync: "beyond",
  survey: "beyond",
};

const LIVES: Readonly<Record<NodeLife, Origin>> = {
  starting: "beyond",
  replica: "drawn",
  primary: "drawn",
  full: "beyond",
  failed: "beyond",
  stopping: "beyond",
};

const SENDER_PHASES: Readonly<Record<SenderPhase, Origin>> = {
  copying: "beyond",
  "catching-up": "beyond",
  streaming: "drawn",
};

const RECEIVER_PHASES: Readonly<Record<ReceiverPhase, Origin>> = {
  greeting: "beyond",
  rewinding: "beyond",
  copying: "beyond",
  streaming: "drawn",
};

/** `SyncMode`. What the picture leaves open somebody has to choose all the same. */
const SETTINGS: Readonly<Record<keyof WalStreamSettings, Origin>> = {
  sync: "drawn",
  acknowledge: "beyond",
  asWritten: "beyond",
  waitTimeout: "beyond",
  unpublishedEntries: "beyond",
  unpublishedBytes: "beyond",
  mostLag: "beyond",
  heartbeat: "beyond",
  silence: "beyond",
  copySilence: "beyond",
  noticeDelay: "beyond",
  keptBytes: "beyond",
  mostKeptBytes: "beyond",
  segmentBytes: "beyond",
  frameBytes: "beyond",
  chunkBytes: "beyond",
  rewoundKeys: "beyond",
  readPatience: "beyond",
  clockError: "beyond",
};

const OPERATOR_STEPS: Readonly<Record<"promote" | "promote-anyway" | "failover" | "resync", Origin>> = {
  promote: "drawn",
  "promote-anyway": "beyond",
  failover: "beyond",
  resync: "beyond",
};

/**
 * Counts the design. The tables are checked by the compiler to name exactly what there is, so that nothing is left out and
 * nothing counted that is gone.
 *
 * @param asDrawn only what the document's picture has. Its modes are run on all of it, so that they can be compared; but who
 *   builds what is drawn builds no more
 */
export function complexityOf(asDrawn: boolean): Complexity {
  const count = (...tables: readonly Readonly<Record<string, Origin>>[]): number =>
    tables.flatMap((table) => Object.values(table)).filter((origin) => !asDrawn || origin === "drawn").length;
  return {
    messages: count(CLIENT_MESSAGES, STREAM_MESSAGES, CONTROL_MESSAGES),
    states: count(LIVES, SENDER_PHASES, RECEIVER_PHASES),
    settings: count(SETTINGS),
    steps: count(OPERATOR_STEPS),
  };
}
