import { isVoter } from "../../../../../topologies/raft/core/configuration.ts";
import type { CoreOptions } from "../../../../../topologies/raft/core/core-settings.ts";
import type { Entry } from "../../../../../topologies/raft/core/entry.ts";
import type { CoreInspection } from "../../../../../topologies/raft/core/inspection.ts";
import { commitIsDurable, coreInvariants, type CoreWatch } from "../../../../../topologies/raft/core/invariants.ts";
import type { Message } from "../../../../../topologies/raft/core/messages.ts";
import { type CoreParts, defaultCoreParts } from "../../../../../topologies/raft/core/parts.ts";
import { RaftCore } from "../../../../../topologies/raft/core/raft-core.ts";
import type { Ready } from "../../../../../topologies/raft/core/ready.ts";
import { TestNode } from "./node.ts";
import { SeededStream } from "./stream.ts";

/** A rule of the protocol left out. */
export interface Plant {
  readonly Core?: typeof RaftCore;
  readonly parts?: Partial<CoreParts>;
  readonly countsStarts?: boolean;
}

/** One thing that happens to a cluster. All that it needs is in it, so that a list of them can be shortened anywhere. */
export interface Happening {
  readonly what:
    "run" | "propose" | "crash" | "restart" | "cut" | "heal" | "transfer" | "change" | "compact" | "read" | "wait";
  readonly node: number;
  readonly seed: number;
}

interface Packet {
  readonly message: Message;
  readonly data: readonly Entry[] | undefined;
}

/** Something that must not be was seen. */
export class Violation extends Error {}

const IDS = ["a", "b", "c", "d", "e", "f"];

/**
 * Cores on slow disks and a network that loses, repeats and reorders, in a time in which all clocks go at the same rate. Checks
 * every invariant after every step, and every read.
 */
export class RandomCluster {
  readonly nodes: TestNode[];
  steps = 0;
  commits = 0;
  answered = 0;
  private readonly random: SeededStream;
  private packets: Packet[] = [];
  /** Links that carry nothing: "a>b". */
  private readonly cuts = new Set<string>();
  private readonly watches: CoreWatch[];
  private readonly cores = new Map<string, CoreInspection>();
  /** What was committed when a read was asked for, by node and context. */
  private readonly reads = new Map<string, number>();
  private proposals = 0;
  private turn = 0;

  constructor(
    voters: number,
    seed: number,
    options: Partial<CoreOptions>,
    { Core, parts, countsStarts = true }: Plant,
  ) {
    this.random = new SeededStream(seed);
    const build = {
      Core: Core ?? RaftCore,
      parts: { ...defaultCoreParts, ...parts },
      options: { electionTicks: 6, maxAppendBytes: 60, maxInflightAppends: 3, ...options },
      countsStarts,
    };
    const initial = IDS.slice(0, voters);
    const output = {
      send: (message: Message, data: readonly Entry[] | undefined) => void this.packets.push({ message, data }),
      ready: (node: TestNode, ready: Ready) => this.checkReads(node, ready),
    };
    this.nodes = IDS.map((id) => new TestNode(id, initial.includes(id) ? initial : [], build, output));
    this.watches = [...coreInvariants, commitIsDurable].map((invariant) => invariant.watch());
    for (const node of this.nodes) this.start(node);
  }

  /** @throws Violation */
  happen({ what, node: which, seed }: Happening): void {
    const random = new SeededStream(seed);
    const leaders = this.nodes.filter(({ core }) => core?.role === "leader");
    // Most of it means something to a leader only.
    const among = leaders.length > 0 && random.chance(5, 8) ? leaders : this.nodes;
    const node = among[which % among.length] as TestNode;
    const { core } = node;
    const other = random.pick(this.nodes);
    switch (what) {
      case "run":
        this.run(random);
        return;
      case "wait":
        this.wait(random);
        return;
      case "propose":
        for (let i = random.below(4); i >= 0; i--) {
          core?.propose(new Uint8Array([++this.proposals & 0xff, this.proposals >> 8]));
        }
        break;
      case "crash": {
        const torn = { hardState: random.chance(1, 2), entries: random.below(3) };
        node.crash(random.below(node.queue.length + 1), torn, random.below(3));
        break;
      }
      case "restart":
        for (const each of this.nodes) if (each.core === undefined && random.chance(1, 2)) this.start(each);
        break;
      case "cut":
        this.cut(node, random);
        break;
      case "heal":
        this.cuts.clear();
        break;
      case "transfer":
        if (core?.transferLeadership(other.id) === true && random.chance(1, 2)) this.deafen(node);
        break;
      case "change":
        this.change(core, other.id, random);
        break;
      case "compact":
        node.compact(node.applied - random.below(4));
        break;
      case "read":
        for (const each of this.nodes) {
          this.read(each);
          this.after(each);
        }
        return;
    }
    this.after(node);
  }

  /**
   * Everything is repaired, and all are up.
   *
   * @returns how many ticks it took until something new was committed, and all members had applied all
   * @throws Violation when that takes longer than it may
   */
  recover(seed: number, ticks: number): number {
    const random = new SeededStream(seed);
    this.cuts.clear();
    for (const node of this.nodes) if (node.core === undefined) this.start(node);
    const before = this.commits;
    for (let tick = 1; tick <= ticks; tick++) {
      this.settle(random, undefined);
      for (const { core } of this.nodes) core?.propose(new Uint8Array(1));
      if (this.commits > before + 1 && this.isWhole()) return tick;
    }
    const what = this.commits > before + 1 ? "not all members have everything" : "nothing was committed";
    throw new Violation(`${what} within ${ticks} ticks`);
  }

  /** Whether all members have applied what was committed until a while ago. */
  private isWhole(): boolean {
    const leader = this.nodes.find(({ core }) => core?.role === "leader" && core.commit === this.commits);
    if (leader?.core === undefined) return false;
    const { voters, learners } = leader.core.configuration;
    const members = this.nodes.filter(({ id }) => voters.includes(id) || learners.includes(id));
    return members.every(({ applied }) => applied >= this.commits - this.nodes.length);
  }

  private start(node: TestNode): void {
    node.start(new SeededStream(this.random.uint32()));
    this.after(node);
  }

  /** Cuts a node off from some, in one direction or both. */
  private cut({ id }: TestNode, random: SeededStream): void {
    const ways = random.below(3);
    for (const other of random.shuffle(this.nodes).slice(0, 1 + random.below(this.nodes.length))) {
      if (ways !== 0) this.cuts.add(`${id}>${other.id}`);
      if (ways !== 1) this.cuts.add(`${other.id}>${id}`);
    }
  }

  /** A node still speaks, but hears nothing. */
  private deafen({ id }: TestNode): void {
    for (const other of this.nodes) this.cuts.add(`${other.id}>${id}`);
  }

  private change(core: RaftCore | undefined, member: string, random: SeededStream): void {
    if (core === undefined) return;
    const { configuration } = core;
    if (isVoter(configuration, member) && configuration.voters.length > 2)
      core.changeConfiguration({ type: "remove", member });
    else core.changeConfiguration({ type: random.chance(1, 3) ? "add-learner" : "add-voter", member });
  }

  /** Small steps: a message, a batch, an entry, a tick; now more of one, now of another, and some disks do nothing. */
  private run(random: SeededStream): void {
    const weights = Array.from({ length: 5 }, () => random.pick([0, 1, 2, 6]));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const slow = this.nodes.map(() => random.chance(1, 4));
    if (total === 0) return;
    for (let i = random.below(120); i > 0; i--) {
      const at = random.below(this.nodes.length);
      const node = this.nodes[at] as TestNode;
      let draw = random.below(total);
      const step = weights.findIndex((weight) => (draw -= weight) < 0);
      if (step === 0) {
        this.tickNext();
      } else if (step === 1) {
        this.deliver(random);
      } else if (step === 2 ? slow[at] !== true && node.persist() : step === 3 ? node.apply() : node.sendSnapshot()) {
        this.after(node);
      }
    }
  }

  private wait(random: SeededStream): void {
    const stalled = random.chance(1, 3) ? random.pick(this.nodes) : undefined;
    for (let i = random.below(20); i > 0; i--) this.settle(random, stalled);
  }

  /** A tick of everybody, with all that comes of it, except of one whose disk is stalled. */
  private settle(random: SeededStream, stalled: TestNode | undefined): void {
    for (const _ of this.nodes) this.tickNext();
    for (let i = 0; i < 300; i++) {
      for (const node of this.nodes) {
        while (node !== stalled && node.persist()) this.after(node);
        while (node.apply()) this.after(node);
        if (node.sendSnapshot()) this.after(node);
      }
      if (this.packets.length === 0) return;
      this.deliver(random, 0);
    }
  }

  /** Clocks tick in the same order for ever: they go at the same rate. */
  private tickNext(): void {
    const node = this.nodes[this.turn++ % this.nodes.length] as TestNode;
    node.core?.tick();
    this.after(node);
  }

  private deliver(random: SeededStream, unreliability = 1): void {
    const { packets } = this;
    if (packets.length === 0) return;
    // Mostly the oldest: a network that only reorders makes no progress.
    const at = random.chance(3, 4) ? 0 : random.below(packets.length);
    const packet = packets[at] as Packet;
    const isRepeated = random.chance(unreliability, 12);
    if (!isRepeated) packets.splice(at, 1);
    if (random.chance(unreliability, 12)) return;
    const { from, to } = packet.message;
    if (this.cuts.has(`${from}>${to}`)) {
      if (isRepeated) packets.splice(at, 1);
      return;
    }
    const node = this.nodes.find(({ id }) => id === to) as TestNode;
    node.receive(packet.message, packet.data);
    this.after(node);
  }

  private read(node: TestNode): void {
    const { core } = node;
    if (core === undefined) return;
    const context = core.readIndex();
    if (context !== undefined) this.reads.set(`${node.id}/${context}`, this.commits);
  }

  private checkReads(node: TestNode, { readStates }: Ready): void {
    for (const { context, index } of readStates) {
      const committed = this.reads.get(`${node.id}/${context}`);
      if (committed === undefined) throw new Violation(`${node.id} has an answer to a read that it never asked`);
      this.answered++;
      if (index < committed) throw new Violation(`read at ${index} on ${node.id}, committed ${committed} before`);
    }
  }

  private after(node: TestNode): void {
    this.steps++;
    node.pump();
    const { id, core, incarnation } = node;
    if (core === undefined) {
      this.cores.delete(id);
    } else {
      this.cores.set(id, { ...core.inspect(), incarnation });
      this.commits = Math.max(this.commits, core.commit);
    }
    if (this.steps % 8 === 0 && node.core?.role === "leader") this.read(node);
    for (const watch of this.watches) {
      const wrong = watch.check(this.cores);
      if (wrong !== undefined) throw new Violation(JSON.stringify(wrong));
    }
    for (const each of this.nodes) {
      const index = each.core?.leaseRead();
      if (index !== undefined && index < this.commits) {
        throw new Violation(`lease read at ${index} on ${each.id}, committed ${this.commits}`);
      }
    }
    this.checkData();
  }

  /** All that is applied is the same everywhere. */
  private checkData(): void {
    let longest: readonly Entry[] = [];
    for (const { disk } of this.nodes) if (disk.data.length > longest.length) longest = disk.data;
    for (const { id, disk } of this.nodes) {
      const last = disk.data.at(-1);
      if (last !== undefined && longest[last.index - 1]?.term !== last.term) {
        throw new Violation(`${id} has applied another entry ${last.index} than others`);
      }
    }
  }
}
