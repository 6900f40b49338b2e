import type { Duration } from "../../host/time.ts";
import type { LinkCounters } from "../../sim/network/link-counters.ts";
import type { SimulatedNetwork } from "../../sim/network/network.ts";
import { bridge, isolate, oneWay, partition, ring } from "../../sim/network/partition.ts";
import type { LinkProfile } from "../../sim/network/profile.ts";
import { PASS, type Guard, type Rule } from "../../sim/network/rule.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { countedEffect, type Effect } from "./effect.ts";
import type { PartitionShape } from "./fault.ts";

/** Who is on the network. */
export interface Hosts {
  /** Nodes, and the shared disk's server. */
  readonly servers: readonly string[];
  readonly clients: readonly string[];
}

/** Fewer servers than this cannot be split into sides with something between. */
const LEAST_FOR_SIDES = 3;

/**
 * Cuts the network around some hosts.
 *
 * @param lifted asked for each packet: whether the cut no longer counts between two hosts
 */
export function cut(
  network: SimulatedNetwork,
  shape: PartitionShape,
  subjects: readonly string[],
  hosts: Hosts,
  lifted: (from: string, to: string) => boolean,
): Effect {
  const rules = rulesOf(shape, subjects, hosts);
  let dropped = 0;
  const guards = rules.map((rule) =>
    network.addRule((packet) => {
      const verdict = rule(packet);
      if (verdict.fate === "pass" || lifted(packet.from, packet.to)) return PASS;
      dropped++;
      return verdict;
    }),
  );
  return {
    hosts: subjects,
    fired: () => dropped > 0,
    end() {
      for (const guard of guards) guard.remove();
    },
  };
}

function rulesOf(shape: PartitionShape, subjects: readonly string[], { servers, clients }: Hosts): Rule[] {
  const others = servers.filter((host) => !subjects.includes(host));
  switch (shape) {
    case "isolate":
      return subjects.map((host) => isolate(host));
    case "incoming":
      return subjects.map((host) => isolate(host, { outgoing: false }));
    case "outgoing":
      return subjects.map((host) => isolate(host, { incoming: false }));
    case "from-clients":
      return [oneWay(subjects, clients), oneWay(clients, subjects)];
    case "from-nodes":
      return [partition(subjects, others)];
    default:
      break;
  }
  const [first = ""] = subjects;
  if (servers.length < LEAST_FOR_SIDES || !servers.includes(first)) return [partition([first], others)];
  const turned = turnedTo(first, servers);
  const minority = Math.floor((turned.length - 1) / 2);
  switch (shape) {
    case "halves":
      return [partition(turned.slice(0, minority), turned.slice(minority))];
    case "bridge":
      return [bridge(turned.slice(1, 1 + minority), [first], turned.slice(1 + minority))];
    case "ring":
      return [ring(turned, turned.length > LEAST_FOR_SIDES ? undefined : 0)];
  }
}

/** The hosts in their order, beginning with one of them. */
function turnedTo(first: string, hosts: readonly string[]): string[] {
  const at = hosts.indexOf(first);
  return [...hosts.slice(at), ...hosts.slice(0, at)];
}

/** Holds what a host sends and is sent until the fault ends. */
export function clog(network: SimulatedNetwork, host: string): Effect {
  return countedEffect(
    host,
    () => network.counters({ host }).sent,
    () => remover(network.clog({ host })),
  );
}

/**
 * Clogs hosts one after the other in the first half of `lasts`, and lets them go in the second half in another order
 * (FoundationDB's swizzle-clogging: of all partitions it found the most).
 *
 * @param frozen asked whenever one is due: whether everything is to stay as it is
 * @returns an effect for each host
 */
export function swizzle(
  simulation: Simulation<SimulatedNetwork>,
  subjects: readonly string[],
  lasts: Duration,
  frozen: () => boolean,
): Effect[] {
  const { network } = simulation;
  const pace = Math.floor(lasts / (2 * subjects.length));
  return subjects.map((host, index) => {
    let clogged: Effect | undefined;
    let over = false;
    simulation.at(index * pace, () => {
      if (!over && !frozen()) clogged = clog(network, host);
    });
    // The last to be clogged go first, but for the very first, which goes before them all.
    const turn = index === 0 ? 0 : subjects.length - index;
    simulation.at(Math.floor(lasts / 2) + turn * pace, () => {
      if (!frozen()) clogged?.end();
    });
    return {
      hosts: [host],
      fired: () => clogged?.fired() === true,
      end() {
        over = true;
        clogged?.end();
      },
    };
  });
}

/** What a change of links does, and the count by which one sees that it did. */
const LINK_CHANGES = {
  "packet-loss": (perMillion: number): Partial<LinkProfile> => ({ loss: perMillion }),
  duplication: (perMillion: number): Partial<LinkProfile> => ({ duplication: perMillion }),
  reordering: (perMillion: number): Partial<LinkProfile> => ({ reordering: perMillion }),
  "slow-link": (latency: Duration): Partial<LinkProfile> => ({ latency }),
} as const;

/** Makes the links of a host lossy or slow, or lets them repeat or reorder packets, until the fault ends. */
export function worsen(
  network: SimulatedNetwork,
  host: string,
  kind: keyof typeof LINK_CHANGES,
  amount: number,
): Effect {
  return countedEffect(
    host,
    () => evidenceOf(kind, network.counters({ host })),
    () => remover(network.override({ host }, LINK_CHANGES[kind](amount))),
  );
}

function evidenceOf(kind: keyof typeof LINK_CHANGES, counters: LinkCounters): number {
  switch (kind) {
    case "packet-loss":
      return counters.droppedBy.loss;
    case "duplication":
      return counters.duplicated;
    case "reordering":
      return counters.reordered;
    case "slow-link":
      return counters.sent;
  }
}

/** Resets all connections of a host. */
export function reset(network: SimulatedNetwork, host: string): Effect {
  const count = network.resetConnections(host);
  return { hosts: [host], fired: () => count > 0, end: () => undefined };
}

function remover(guard: Guard): () => void {
  return () => guard.remove();
}
