import { NO_HARD_STATE } from "../topologies/raft/core/core-settings.ts";
import { initialConfiguration } from "../topologies/raft/core/configuration.ts";
import { LOG_ORIGIN } from "../topologies/raft/core/entry.ts";
import { coreInvariants } from "../topologies/raft/core/invariants.ts";
import type { Message } from "../topologies/raft/core/messages.ts";
import { RaftCore } from "../topologies/raft/core/raft-core.ts";
import { NamedStream } from "../sim/random.ts";
import { medians, print, rate, seconds } from "./measure.ts";

const IDS = ["a", "b", "c"];
const PAYLOAD = new Uint8Array(100);
/** Messages of one run. */
const MESSAGES = 1_000_000;
/** Entries kept behind what is applied. */
const KEPT = 1_000;

/** Three cores, on disks and a network that take no time. */
class Three {
  readonly cores = new Map<string, RaftCore>();
  /** Messages that were stepped. */
  messages = 0;
  private queue: Message[] = [];

  constructor() {
    const voters = initialConfiguration(IDS);
    const stored = { hardState: NO_HARD_STATE, base: LOG_ORIGIN, configuration: voters, entries: [], applied: 0 };
    for (const id of IDS) {
      this.cores.set(id, new RaftCore({ id, incarnation: 1 }, stored, new NamedStream(id)));
    }
    for (let tick = 0; this.leader === undefined; tick++) {
      for (const core of this.cores.values()) core.tick();
      this.settle();
    }
  }

  get leader(): RaftCore | undefined {
    return [...this.cores.values()].find(({ role }) => role === "leader");
  }

  settle(): void {
    do {
      for (const core of this.cores.values()) this.pump(core);
      const { queue } = this;
      this.queue = [];
      for (const message of queue) (this.cores.get(message.to) as RaftCore).step(message);
      this.messages += queue.length;
    } while (this.queue.length > 0 || [...this.cores.values()].some((core) => this.pump(core)));
  }

  private pump(core: RaftCore): boolean {
    let any = false;
    for (let ready = core.ready(); ready !== undefined; ready = core.ready()) {
      any = true;
      for (const message of ready.messages) this.queue.push(message);
      core.advance({ durable: ready.number });
      for (const message of ready.afterDurable) this.queue.push(message);
      const last = ready.committed.at(-1);
      if (last === undefined) continue;
      core.advance({ applied: last.index });
      if (last.index - core.log.base.index > 2 * KEPT) core.compact(last.index - KEPT);
    }
    return any;
  }
}

/** Appends of `batch` entries and their answers: messages, or entries committed, a second. */
async function appends(batch: number, counted: "messages" | "entries"): Promise<number> {
  const three = new Three();
  const leader = three.leader as RaftCore;
  const before = three.messages;
  const { commit } = leader;
  const time = await seconds(() => {
    while (three.messages - before < MESSAGES) {
      for (let i = 0; i < batch; i++) leader.propose(PAYLOAD);
      three.settle();
    }
  });
  return (counted === "messages" ? three.messages - before : leader.commit - commit) / time;
}

/** Messages a second when they come in bursts: what the core itself costs, with the effects of a burst in one batch. */
async function bursts(): Promise<number> {
  const three = new Three();
  const leader = three.leader as RaftCore;
  const follower = [...three.cores.values()].find((core) => core !== leader) as RaftCore;
  let messages = 0;
  const time = await seconds(() => {
    while (messages < MESSAGES) {
      for (let i = 0; i < 32; i++) {
        leader.propose(PAYLOAD);
        const ready = leader.ready();
        leader.advance({ durable: ready?.number ?? 0 });
        for (const message of ready?.messages ?? []) {
          if (message.to !== follower.id) continue;
          follower.step(message);
          messages++;
        }
      }
      for (let ready = follower.ready(); ready !== undefined; ready = follower.ready()) {
        follower.advance({
          durable: ready.number,
          applied: Math.max(ready.committed.at(-1)?.index ?? 0, follower.applied),
        });
        for (const message of [...ready.messages, ...ready.afterDurable]) {
          leader.step(message);
          messages++;
        }
      }
      for (let ready = leader.ready(); ready !== undefined; ready = leader.ready()) {
        leader.advance({
          durable: ready.number,
          applied: Math.max(ready.committed.at(-1)?.index ?? 0, leader.applied),
        });
        for (const message of ready.messages) {
          if (message.to !== follower.id) continue;
          follower.step(message);
          messages++;
        }
      }
      if (leader.applied > 2 * KEPT) leader.compact(leader.applied - KEPT);
      if (follower.applied > 2 * KEPT) follower.compact(follower.applied - KEPT);
    }
  });
  return messages / time;
}

/** Rounds of heartbeats and their answers, messages a second. */
async function heartbeats(): Promise<number> {
  const three = new Three();
  const leader = three.leader as RaftCore;
  const before = three.messages;
  const time = await seconds(() => {
    while (three.messages - before < MESSAGES) {
      leader.tick();
      three.settle();
    }
  });
  return (three.messages - before) / time;
}

/** Checks of all invariants, three nodes each, while entries are committed one by one. */
async function invariants(): Promise<number> {
  const three = new Three();
  const leader = three.leader as RaftCore;
  const watches = coreInvariants.map((invariant) => invariant.watch());
  const checks = 100_000;
  let spent = 0;
  for (let i = 0; i < checks; i++) {
    leader.propose(PAYLOAD);
    three.settle();
    spent += await seconds(() => {
      const cores = new Map([...three.cores].map(([id, core]) => [id, core.inspect()]));
      for (const watch of watches) {
        const wrong = watch.check(cores);
        if (wrong !== undefined) throw new Error(JSON.stringify(wrong));
      }
    });
  }
  return checks / spent;
}

const result = await medians(
  {
    one: () => appends(1, "messages"),
    eight: () => appends(8, "messages"),
    committed: () => appends(8, "entries"),
    bursts,
    heartbeats,
    invariants,
  },
  3,
);
console.log("Raft core, three nodes in one process, entries of 100 bytes, messages stepped a second");
print([
  ["appends of one entry, every effect taken at once", rate(result.one)],
  ["appends of eight entries", rate(result.eight)],
  ["  entries committed by them", rate(result.committed)],
  ["appends and answers in bursts of 32", rate(result.bursts)],
  ["heartbeats", rate(result.heartbeats)],
  ["all invariants checked, times a second", rate(result.invariants)],
]);
