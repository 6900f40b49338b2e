import type { Scenario } from "../scenario.ts";
import { bridgedLeader } from "./bridged-leader.ts";
import { cutHandover } from "./cut-handover.ts";
import { earlyAnswers } from "./early-answers.ts";
import { leftBehind } from "./left-behind.ts";
import { localReads } from "./local-reads.ts";
import { lostNodes } from "./lost-nodes.ts";
import { membership } from "./membership.ts";
import { powerLosses } from "./power-losses.ts";
import { raftChaos } from "./raft-chaos.ts";
import { removedLeader } from "./removed-leader.ts";
import { returningLeader } from "./returning-leader.ts";
import { rottenLog } from "./rotten-log.ts";
import { writeScaling } from "./write-scaling.ts";

/** Chaos made for Raft, and what the document says of it: a scenario for each condition under which it may be so or not. */
export const raftScenarios: readonly Scenario[] = [
  raftChaos,
  leftBehind,
  cutHandover,
  bridgedLeader,
  rottenLog,
  powerLosses,
  returningLeader,
  removedLeader,
  membership,
  localReads,
  earlyAnswers,
  ...lostNodes,
  ...writeScaling,
];
