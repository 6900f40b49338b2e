import type { Scenario } from "../scenario.ts";
import { chosenSync } from "./chosen-sync.ts";
import { chosenSyncFailover } from "./chosen-sync-failover.ts";
import { doubleFailover } from "./double-failover.ts";
import { earlyReads } from "./early-reads.ts";
import { failoverLoss } from "./failover-loss.ts";
import { fullReplicaReads } from "./full-replica-reads.ts";
import { primaryLostScenarios } from "./primary-lost.ts";
import { readScaling } from "./read-scaling.ts";
import { replicaLost } from "./replica-lost.ts";
import { replicationCost } from "./replication-cost.ts";
import { replicationLag } from "./replication-lag.ts";
import { returningPrimary } from "./returning-primary.ts";
import { stalePromotion } from "./stale-promotion.ts";
import { upgradeToRaft } from "./upgrade-to-raft.ts";

/** What the document says of WAL streaming, a scenario for each condition under which it may be so or not. */
export const walStreamScenarios: readonly Scenario[] = [
  stalePromotion,
  earlyReads,
  fullReplicaReads,
  doubleFailover,
  returningPrimary,
  ...replicationCost,
  ...chosenSync,
  chosenSyncFailover,
  ...readScaling,
  ...replicationLag,
  ...primaryLostScenarios,
  ...failoverLoss,
  replicaLost,
  ...upgradeToRaft,
];
