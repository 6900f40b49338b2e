import { isMember, isVoter } from "./core/configuration.ts";
import type { ControlAnswer } from "./control-protocol.ts";
import type { RaftDriver } from "./driver.ts";
import { hostOf, membersOn } from "./members.ts";

/** Entries that a learner may lack and still be made a voter: commits wait for it from then on. */
const MOST_LAG = 64;

/**
 * Brings a member a step nearer to being a voter: one that was added, or that comes in the place of those that were on its host.
 * It becomes a learner; once it has caught up, the former ones, whose disk is lost, are removed; then it gets its vote. One
 * change at a time, each agreed on like any entry, so that the next leader goes on where this one stopped.
 */
export function admit(driver: RaftDriver, member: string): ControlAnswer {
  const { configuration: placed, committedConfiguration, peers, commit } = driver.inspect();
  // Any node can tell, and whoever asks may know no leader.
  if (committedConfiguration.configuration.removed.includes(member)) return refused("removed");
  if (!driver.leads) return refused("not-leader");
  const { configuration } = placed;
  if (isVoter(configuration, member)) return DONE;
  const former = membersOn(configuration, hostOf(member)).find((other) => other !== member);
  if (!isMember(configuration, member)) {
    return former === undefined ? refused("no-member") : begin(driver, { type: "add-learner", member });
  }
  const match = peers.find(({ id }) => id === member)?.match ?? 0;
  if (match + MOST_LAG < commit) return refused("catching-up");
  return begin(driver, former === undefined ? { type: "add-voter", member } : { type: "remove", member: former });
}

/** Takes in a member of a host that has none. It asks by itself for its vote; see {@link admit}. */
export function add(driver: RaftDriver, member: string): ControlAnswer {
  if (!driver.leads) return refused("not-leader");
  const { configuration: placed, committedConfiguration } = driver.inspect();
  const { configuration } = placed;
  if (isVoter(committedConfiguration.configuration, member)) return DONE;
  if (isMember(configuration, member)) return refused("under-way");
  if (membersOn(configuration, hostOf(member)).length > 0) return refused("already-member");
  // Those who are taken in at once would have to be waited for at once.
  if (configuration.learners.length > 0) return refused("change-pending");
  return begin(driver, { type: "add-learner", member });
}

/** Lets the members on a host go, one at a time, whether they are up or lost. */
export function remove(driver: RaftDriver, host: string): ControlAnswer {
  if (!driver.leads) return refused("not-leader");
  const { configuration, committedConfiguration } = driver.inspect();
  // The last first: who comes in the place of another is of no use without a host.
  const member = membersOn(configuration.configuration, host).at(-1);
  if (member !== undefined) return begin(driver, { type: "remove", member });
  return membersOn(committedConfiguration.configuration, host).length > 0 ? refused("under-way") : refused("no-member");
}

/** Hands the leadership over to the member on a host. */
export function handOver(driver: RaftDriver, host: string): ControlAnswer {
  if (!driver.leads) return refused("not-leader");
  const { voters } = driver.core.configuration;
  const target = voters.find((voter) => hostOf(voter) === host);
  if (target === undefined) return refused("no-voter");
  if (target === driver.core.id) return refused("leads-already");
  return driver.transferLeadership(target) ? DONE : refused("not-possible");
}

function begin(driver: RaftDriver, change: Parameters<RaftDriver["requestChange"]>[0]): ControlAnswer {
  return refused(driver.requestChange(change) ?? "under-way");
}

function refused(code: string): ControlAnswer {
  return { done: false, code };
}

const DONE: ControlAnswer = { done: true, code: "" };
