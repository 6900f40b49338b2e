import { isMember, isVoter } from "./core/configuration.ts";
import type { ControlAnswer } from "./control-protocol.ts";
import type { RaftDriver } from "./driver.ts";
import { hostOf } from "./members.ts";

/** Entries that a learner may lack and still be made a voter: commits wait for it from then on. */
const MOST_LAG = 64;

/**
 * Brings a member that comes in the place of those that were on its host a step nearer to being a voter: it becomes a learner;
 * once it has caught up, the former ones, whose disk is lost, are removed; then it gets its vote. One change at a time, each
 * agreed on like any entry, so that the next leader goes on where this one stopped.
 */
export function admit(driver: RaftDriver, member: string): ControlAnswer {
  if (!driver.leads) return refused("not-leader");
  const { configuration: placed, peers, commit } = driver.inspect();
  const { configuration } = placed;
  if (isVoter(configuration, member)) return { done: true, code: "" };
  if (!isMember(configuration, member)) return propose(driver, { type: "add-learner", member });
  const match = peers.find(({ id }) => id === member)?.match ?? 0;
  if (match + MOST_LAG < commit) return refused("catching-up");
  const former = [...configuration.voters, ...configuration.learners].find(
    (other) => other !== member && hostOf(other) === hostOf(member),
  );
  if (former !== undefined) return propose(driver, { type: "remove", member: former });
  return propose(driver, { type: "add-voter", member });
}

/** Hands the leadership over to the member on a host. */
export function handOver(driver: RaftDriver, host: string): ControlAnswer {
  if (!driver.leads) return refused("not-leader");
  const { voters } = driver.core.configuration;
  const target = voters.find((voter) => hostOf(voter) === host);
  if (target === undefined) return refused("no-voter");
  if (target === driver.core.id) return refused("leads-already");
  return driver.transferLeadership(target) ? { done: true, code: "" } : refused("not-possible");
}

function propose(driver: RaftDriver, change: Parameters<RaftDriver["changeConfiguration"]>[0]): ControlAnswer {
  const outcome = driver.changeConfiguration(change);
  const { type, member } = change;
  if (outcome.accepted) driver.context.host.trace({ kind: "membership-changed", change: type, member });
  return refused(outcome.accepted ? "under-way" : outcome.reason);
}

function refused(code: string): ControlAnswer {
  return { done: false, code };
}
