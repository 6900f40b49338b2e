import type { Complexity } from "../topology.ts";
import type { ControlRequest } from "./control-protocol.ts";
import type { ProgressState } from "./core/progress.ts";
import type { MessageKind } from "./core/messages.ts";
import type { RaftRole } from "./core/ready.ts";
import type { NodeLife } from "./node.ts";
import type { RaftStep } from "./operator.ts";
import type { RaftSettings } from "./settings.ts";
import type { SnapshotPart } from "./snapshot-protocol.ts";
import type { Phase } from "./state-file.ts";

/** Whether the document's picture and code have it too, or only what failures ask for beyond that. */
type Origin = "drawn" | "beyond";

/** Between a client and a node. */
const CLIENT_MESSAGES: Readonly<Record<"request" | "reply", Origin>> = { request: "drawn", reply: "drawn" };

/** A leader that is elected, and a log that is replicated: the picture says no more. */
const MESSAGES: Readonly<Record<MessageKind, Origin>> = {
  "pre-vote-request": "beyond",
  "pre-vote-response": "beyond",
  "vote-request": "drawn",
  "vote-response": "drawn",
  "append-request": "drawn",
  "append-response": "drawn",
  heartbeat: "beyond",
  "heartbeat-response": "beyond",
  snapshot: "beyond",
  "timeout-now": "beyond",
  "read-request": "beyond",
  "read-response": "beyond",
};

const SNAPSHOT_PARTS: Readonly<Record<SnapshotPart["kind"], Origin>> = {
  begin: "beyond",
  piece: "beyond",
  end: "beyond",
  received: "beyond",
};

const CONTROL_MESSAGES: Readonly<Record<ControlRequest["ask"], Origin>> = {
  status: "beyond",
  join: "beyond",
  add: "beyond",
  remove: "beyond",
  transfer: "beyond",
  survey: "beyond",
};

const LIVES: Readonly<Record<NodeLife, Origin>> = {
  starting: "beyond",
  running: "beyond",
  full: "beyond",
  renewing: "beyond",
  failed: "beyond",
  stopping: "beyond",
};

/** The picture has a leader and followers, and the leader is elected. */
const ROLES: Readonly<Record<RaftRole, Origin>> = {
  follower: "drawn",
  "pre-candidate": "beyond",
  candidate: "drawn",
  leader: "drawn",
};

const PROGRESS: Readonly<Record<ProgressState, Origin>> = { probe: "beyond", replicate: "drawn", snapshot: "beyond" };

const PHASES: Readonly<Record<Phase, Origin>> = { founding: "beyond", formed: "beyond", joining: "beyond" };

/** How long an election waits is left open by the picture: somebody has to choose it all the same. */
const SETTINGS: Readonly<Record<keyof RaftSettings, Origin>> = {
  reads: "beyond",
  founders: "beyond",
  answerAfterPropose: "beyond",
  tick: "beyond",
  electionTicks: "beyond",
  heartbeatTicks: "beyond",
  leaseDriftPpm: "beyond",
  patience: "beyond",
  silence: "beyond",
  diskPatience: "beyond",
  keptBytes: "beyond",
  segmentBytes: "beyond",
  chunkBytes: "beyond",
  sessions: "beyond",
};

const OPERATOR_STEPS: Readonly<Record<RaftStep, Origin>> = {
  "transfer-leader": "beyond",
  "add-node": "beyond",
  "remove-node": "beyond",
  "replace-node": "beyond",
};

/**
 * Counts the design. The tables are checked by the compiler to name exactly what there is, so that nothing is left out and
 * nothing counted that is gone.
 *
 * @param asDrawn only what the document's picture has. Its mode is run on all of it, so that it can be compared; but who builds
 *   what is drawn builds no more
 */
export function complexityOf(asDrawn: boolean): Complexity {
  const count = (...tables: readonly Readonly<Record<string, Origin>>[]): number =>
    tables.flatMap((table) => Object.values(table)).filter((origin) => !asDrawn || origin === "drawn").length;
  return {
    messages: count(CLIENT_MESSAGES, MESSAGES, SNAPSHOT_PARTS, CONTROL_MESSAGES),
    states: count(LIVES, ROLES, PROGRESS, PHASES),
    settings: count(SETTINGS),
    steps: count(OPERATOR_STEPS),
  };
}
