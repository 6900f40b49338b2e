import { DROP, PASS, type Rule } from "./rule.ts";

/**
 * Partitions as rules. Each cuts the links it names and passes all else, so several can stand at once; hosts that none
 * names stay connected to everybody.
 */

/** Cuts what goes from any of `from` to any of `to`; the other direction still works. */
export function oneWay(from: readonly string[], to: readonly string[]): Rule {
  const senders = new Set(from);
  const receivers = new Set(to);
  return (packet) => (senders.has(packet.from) && receivers.has(packet.to) ? DROP : PASS);
}

/** Splits hosts into groups that cannot reach each other: a majority and a minority, a client and its servers. */
export function partition(...groups: readonly (readonly string[])[]): Rule {
  const groupOf = new Map<string, number>();
  groups.forEach((hosts, group) => {
    for (const host of hosts) {
      if (groupOf.has(host)) throw new RangeError(`host '${host}' is in two groups of a partition; use bridge()`);
      groupOf.set(host, group);
    }
  });
  return (packet) => {
    const from = groupOf.get(packet.from);
    const to = groupOf.get(packet.to);
    return from !== undefined && to !== undefined && from !== to ? DROP : PASS;
  };
}

export interface IsolateOptions {
  /** Cut what others send to the host. Default true. */
  readonly incoming?: boolean;
  /** Cut what the host sends. Default true. */
  readonly outgoing?: boolean;
}

/** Cuts one host off from everybody, or only its sending or its hearing. */
export function isolate(host: string, options: IsolateOptions = {}): Rule {
  const incoming = options.incoming ?? true;
  const outgoing = options.outgoing ?? true;
  return (packet) => ((outgoing && packet.from === host) || (incoming && packet.to === host) ? DROP : PASS);
}

/** Two sides that cannot reach each other but can both reach the hosts of the bridge. */
export function bridge(left: readonly string[], between: readonly string[], right: readonly string[]): Rule {
  for (const host of between) {
    if (left.includes(host) || right.includes(host)) {
      throw new RangeError(`host '${host}' is on the bridge and on a side of it`);
    }
  }
  return partition(left, right);
}

/**
 * Each host reaches only its neighbours on a ring.
 *
 * @param reach neighbours on either side; by default the fewest with which every host still sees a majority, itself
 *   included, though no two hosts need see the same one
 */
export function ring(hosts: readonly string[], reach?: number): Rule {
  const place = new Map(hosts.map((host, index) => [host, index]));
  const majority = Math.floor(hosts.length / 2) + 1;
  const neighbours = reach ?? Math.ceil((majority - 1) / 2);
  return (packet) => {
    const from = place.get(packet.from);
    const to = place.get(packet.to);
    if (from === undefined || to === undefined) return PASS;
    const apart = Math.abs(from - to);
    return Math.min(apart, hosts.length - apart) <= neighbours ? PASS : DROP;
  };
}
