import type { Scenario } from "../scenario.ts";
import { earlyAnswers } from "./early-answers.ts";
import { localReads } from "./local-reads.ts";
import { lostNodes } from "./lost-nodes.ts";
import { membership } from "./membership.ts";
import { raftChaos } from "./raft-chaos.ts";
import { writeScaling } from "./write-scaling.ts";

/** Chaos made for Raft, and what the document says of it: a scenario for each condition under which it may be so or not. */
export const raftScenarios: readonly Scenario[] = [
  raftChaos,
  membership,
  localReads,
  earlyAnswers,
  ...lostNodes,
  ...writeScaling,
];
