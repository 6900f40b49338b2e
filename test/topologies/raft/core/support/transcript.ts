import type { Entry } from "../../../../../topologies/raft/core/entry.ts";
import type { Message } from "../../../../../topologies/raft/core/messages.ts";
import { defaultCoreParts } from "../../../../../topologies/raft/core/parts.ts";
import { RaftCore } from "../../../../../topologies/raft/core/raft-core.ts";
import type { ProposalOutcome, Ready } from "../../../../../topologies/raft/core/ready.ts";
import type { Plant } from "./cluster.ts";
import { type NodeBuild, TestNode } from "./node.ts";
import { SeededStream } from "./stream.ts";

interface Packet {
  readonly message: Message;
  readonly data: readonly Entry[] | undefined;
}

/**
 * Plays a transcript: a line for what happens, and indented ones for what follows. Disks are fast unless said otherwise, and
 * messages are delivered when a line says so.
 *
 *     cluster a b c [joining d] [with name=value]
 *     a times out | a ticks 3 | all tick 3
 *     settle | deliver a>b | lose a>b | copy a>b | late
 *     cut a>b | cut a | heal
 *     slow a | persist a | fast a | crash a | restart a
 *     propose a x | read a | lease a | transfer a b | add-voter a d | add-learner a d | remove a c
 *     durable a | compact a 3 | send snapshot a | log a | # a remark
 *
 * @returns the same with what follows now
 */
export function playTranscript(script: string, plant: Plant = {}): string {
  const stage = new Stage(plant);
  const lines: string[] = [];
  for (const line of script.split("\n")) {
    if (line.startsWith("  ")) continue;
    lines.push(line);
    if (line === "" || line.startsWith("#")) continue;
    for (const follows of stage.play(line)) lines.push(`  ${follows}`);
  }
  return lines.join("\n");
}

class Stage {
  private readonly build: { -readonly [Key in keyof NodeBuild]: NodeBuild[Key] };
  private nodes = new Map<string, TestNode>();
  private packets: Packet[] = [];
  /** Messages that the network will deliver once more. */
  private readonly copies: Packet[] = [];
  private readonly cuts = new Set<string>();
  private readonly slow = new Set<string>();
  private readonly commits = new Map<string, number>();
  private lines: string[] = [];
  private starts = 0;

  constructor({ Core, parts, countsStarts = true }: Plant) {
    this.build = { Core: Core ?? RaftCore, parts: { ...defaultCoreParts, ...parts }, options: {}, countsStarts };
  }

  play(line: string): string[] {
    this.lines = [];
    const words = line.split(" ");
    if (words[1] === "times") this.timeOut(this.node(words[0]));
    else if (words[1] === "ticks") this.tick([this.node(words[0])], Number(words[2]));
    else if (words[0] === "all") this.tick([...this.nodes.values()], Number(words[2]));
    else this.command(line, words as [string, ...string[]]);
    for (const node of this.nodes.values()) this.pump(node);
    return this.lines;
  }

  private command(line: string, [verb, first, second]: readonly [string, ...string[]]): void {
    switch (verb) {
      case "cluster":
        return this.setUp(line);
      case "settle":
        return this.settle();
      case "deliver":
      case "lose":
        return this.deliver(first as string, verb === "lose");
      case "copy":
        for (const node of this.nodes.values()) this.pump(node);
        this.copies.push(...this.packets.filter(({ message: { from, to } }) => `${from}>${to}` === first));
        return;
      case "late":
        return void this.packets.push(...this.copies.splice(0));
      case "cut":
        return this.cut(first as string);
      case "heal":
        return this.cuts.clear();
      case "slow":
        return void this.slow.add(first as string);
      case "fast":
        return void this.slow.delete(first as string);
      case "persist":
        return void this.node(first).persist();
      case "crash":
        this.pump(this.node(first));
        return this.node(first).crash(0, { hardState: false, entries: 0 }, 0);
      case "restart":
        return this.start(this.node(first));
      case "propose":
        return this.proposed(this.core(first).propose(new TextEncoder().encode(second)));
      case "add-voter":
      case "add-learner":
      case "remove":
        return this.proposed(this.core(first).changeConfiguration({ type: verb, member: second as string }));
      case "ask-to-add":
      case "ask-to-remove": {
        const type = verb === "ask-to-add" ? "add-voter" : "remove";
        return this.say(this.core(first).requestChange({ type, member: second as string }) ?? "under way");
      }
      case "transfer":
        return this.say(this.core(first).transferLeadership(second as string) ? "begun" : "refused");
      case "read":
        return this.say(this.core(first).readIndex() === undefined ? "nobody to ask" : "asked");
      case "lease": {
        const index = this.core(first).leaseRead();
        return this.say(index === undefined ? "no lease" : `answered at ${index}`);
      }
      case "durable":
        return this.say(`up to ${this.core(first).inspect().durable.index}`);
      case "compact":
        return this.node(first).compact(Number(second));
      case "send":
        return void this.node(second).sendSnapshot();
      case "log":
        return this.say(logText(this.core(first)));
      default:
        throw new Error(`no such line in a transcript: '${line}'`);
    }
  }

  private setUp(line: string): void {
    const { members, joining, settings } =
      /^cluster (?<members>[a-z ]+?)(?: joining (?<joining>[a-z ]+?))?(?: with (?<settings>.*))?$/.exec(line)
        ?.groups as Record<string, string | undefined>;
    const options = new Map<string, boolean | number>();
    for (const option of settings?.split(" ") ?? []) {
      const [name, value] = option.split("=") as [string, string];
      options.set(name, JSON.parse(value) as boolean | number);
    }
    this.build.options = Object.fromEntries(options);
    const voters = (members as string).split(" ");
    const output = {
      send: (message: Message, data: readonly Entry[] | undefined) => void this.packets.push({ message, data }),
      ready: (node: TestNode, ready: Ready) => this.report(node, ready),
    };
    for (const id of [...voters, ...(joining?.split(" ") ?? [])]) {
      const node = new TestNode(id, voters.includes(id) ? voters : [], this.build, output);
      this.nodes.set(id, node);
      this.start(node);
    }
  }

  private node(id: string | undefined): TestNode {
    const node = this.nodes.get(id as string);
    if (node === undefined) throw new Error(`no node ${String(id)} in this transcript`);
    return node;
  }

  private core(id: string | undefined): RaftCore {
    const { core } = this.node(id);
    if (core === undefined) throw new Error(`node ${String(id)} is down`);
    return core;
  }

  private start(node: TestNode): void {
    node.start(new SeededStream(++this.starts));
    this.commits.set(node.id, node.core?.commit ?? 0);
  }

  private timeOut(node: TestNode): void {
    const core = this.core(node.id);
    const { role, term } = core;
    for (let i = 0; i < 2 * core.settings.electionTicks; i++) {
      core.tick();
      if (core.role !== role || core.term !== term) break;
      this.pump(node);
    }
  }

  private tick(nodes: readonly TestNode[], count: number): void {
    for (let i = 0; i < count; i++) {
      for (const node of nodes) {
        node.core?.tick();
        this.pump(node);
      }
      if (nodes.length > 1) this.settle();
    }
  }

  private settle(): void {
    for (const node of this.nodes.values()) this.pump(node);
    for (let i = 0; this.packets.length > 0; i++) {
      if (i > 10_000) throw new Error("the nodes of this transcript never come to rest");
      this.receive(this.packets.shift() as Packet);
    }
  }

  private deliver(link: string, isLost: boolean): void {
    const [from, to] = link.split(">");
    const among = ({ message }: Packet) => message.from === from && message.to === to;
    const chosen = this.packets.filter(among);
    this.packets = this.packets.filter((packet) => !among(packet));
    for (const packet of chosen) {
      this.say(messageText(packet.message));
      if (!isLost) this.receive(packet, true);
    }
  }

  private receive({ message, data }: Packet, tells = false): void {
    const { from, to } = message;
    const node = this.node(to);
    if (this.cuts.has(`${from}>${to}`) || node.core === undefined) return;
    const dropped = node.receive(message, data);
    if (dropped !== undefined && (tells || dropped === "removed-member")) this.say(`${to}: drops it (${dropped})`);
    this.pump(node);
  }

  private cut(what: string): void {
    if (what.includes(">")) this.cuts.add(what);
    else for (const other of this.nodes.keys()) this.cuts.add(`${what}>${other}`).add(`${other}>${what}`);
  }

  private pump(node: TestNode): void {
    if (node.core === undefined) return;
    node.pump();
    const isSlow = this.slow.has(node.id);
    while ((!isSlow && node.persist()) || node.apply()) node.pump();
  }

  private report({ id, core }: TestNode, ready: Ready): void {
    const { transitions, install, truncateAfter, readStates, failedReads, snapshotsNeeded } = ready;
    for (const { role, term, leader, reason } of transitions) {
      const of = role === "follower" && leader !== undefined ? ` of ${leader}` : "";
      this.say(`${id}: ${role}${of}, term ${term} (${reason})`);
    }
    if (truncateAfter !== undefined) this.say(`${id}: overwrites its log behind ${truncateAfter}`);
    if (install !== undefined) this.say(`${id}: begins anew from a snapshot up to ${install.index}`);
    const commit = core?.commit ?? 0;
    if (commit > (this.commits.get(id) ?? 0)) this.say(`${id}: committed up to ${commit}`);
    this.commits.set(id, commit);
    for (const { index } of readStates) this.say(`${id}: read answered at ${index}`);
    for (const _ of failedReads) this.say(`${id}: read failed`);
    for (const { to, minimum } of snapshotsNeeded) this.say(`${id}: ${to} needs a snapshot up to ${minimum} at least`);
  }

  private proposed(outcome: ProposalOutcome): void {
    this.say(outcome.accepted ? `entry ${outcome.index} of term ${outcome.term}` : `refused (${outcome.reason})`);
  }

  private say(line: string): void {
    this.lines.push(line);
  }
}

function logText({ log }: RaftCore): string {
  const entries: string[] = [];
  for (let index = log.base.index + 1; index <= log.lastIndex; index++)
    entries.push(entryText(log.entryAt(index) as Entry));
  const { voters, learners } = log.configuration.configuration;
  const learning = learners.length === 0 ? "" : ` learning ${learners.join(" ")}`;
  const base = log.base.index === 0 ? "" : `snapshot ${log.base.index}/${log.base.term} `;
  return `${base}${entries.join(" ")}, committed ${log.commit}, voters ${voters.join(" ")}${learning}`;
}

function entryText({ index, term, kind, payload }: Entry): string {
  const what = kind === "normal" ? new TextDecoder().decode(payload) : kind === "noop" ? "-" : "*";
  return `${index}/${term}:${what}`;
}

function messageText(message: Message): string {
  const { kind, from, to, term } = message;
  const head = `${from}>${to} ${kind}, term ${term}`;
  switch (kind) {
    case "pre-vote-request":
    case "vote-request":
      return `${head}, last ${message.lastIndex}/${message.lastTerm}`;
    case "pre-vote-response":
    case "vote-response":
      return `${head}, ${message.granted ? "granted" : "refused"}`;
    case "append-request":
      return `${head}, behind ${message.prevIndex}/${message.prevTerm}: ${message.entries.map(entryText).join(" ")}, committed ${message.commit}`;
    case "append-response":
      return message.accepted
        ? `${head}, has ${message.index}`
        : `${head}, lacks ${message.index}, perhaps agrees at ${message.hintIndex}/${message.hintTerm}`;
    case "snapshot":
      return `${head}, up to ${message.index}/${message.indexTerm}`;
    default:
      return head;
  }
}
