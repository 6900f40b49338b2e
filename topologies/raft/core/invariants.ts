import type { TraceEvent } from "../../../host/trace.ts";
import type { Entry } from "./entry.ts";
import type { CoreInspection } from "./inspection.ts";
import { Quorum } from "./quorum.ts";

/**
 * What must be true of a whole cluster after every step. Each watch remembers what it has seen, of nodes that are down too, and
 * looks only at what is new.
 */

/** The cores that are up, by id. */
export type Cores = ReadonlyMap<string, CoreInspection>;

/** Watches one run. */
export interface CoreWatch {
  /** @returns what is wrong, as a message id and its parameters; undefined when nothing is */
  check(cores: Cores): TraceEvent | undefined;
}

/** A property of a cluster of cores. */
export interface CoreInvariant {
  readonly name: string;
  watch(): CoreWatch;
}

/** Watches each core by itself, against what it was when it was seen last. */
function eachCore(
  name: string,
  checkCore: (core: CoreInspection, before: CoreInspection | undefined) => TraceEvent | undefined,
): CoreInvariant {
  return {
    name,
    watch() {
      const seen = new Map<string, CoreInspection>();
      return {
        check(cores) {
          for (const [id, core] of cores) {
            const wrong = checkCore(core, seen.get(id));
            if (wrong !== undefined) return wrong;
            seen.set(id, core);
          }
          return undefined;
        },
      };
    },
  };
}

/** No term has two leaders, at the same time or one after the other (election safety, dissertation 3.4). */
export const oneLeaderPerTerm: CoreInvariant = {
  name: "one-leader-per-term",
  watch() {
    const leaders = new Map<number, string>();
    return {
      check(cores) {
        for (const [id, { role, term }] of cores) {
          if (role !== "leader") continue;
          const leader = leaders.get(term);
          if (leader === undefined) leaders.set(term, id);
          else if (leader !== id) return { kind: "invariant-two-leaders", term, leader, other: id };
        }
        return undefined;
      },
    };
  },
};

/**
 * A node gives one vote a term, across restarts. Of a vote that was never durable nobody was told: it counts only while the
 * node is up.
 */
export const oneVotePerTerm: CoreInvariant = {
  name: "one-vote-per-term",
  watch() {
    const durable = new Map<string, { term: number; vote: string | undefined }>();
    const held = eachCore("", ({ id, incarnation, term, vote }, before) => {
      if (before?.incarnation !== incarnation || before.term !== term) return undefined;
      return before.vote === undefined || before.vote === vote
        ? undefined
        : { kind: "invariant-vote-changed", host: id, term, vote: before.vote, other: vote };
    }).watch();
    return {
      check(cores) {
        for (const [host, { durable: now, term, vote }] of cores) {
          const before = durable.get(host);
          if (before?.vote !== undefined && before.term === term && before.vote !== vote) {
            return { kind: "invariant-vote-changed", host, term, vote: before.vote, other: vote };
          }
          if (before?.term !== now.term || before.vote !== now.vote) {
            durable.set(host, { term: now.term, vote: now.vote });
          }
        }
        return held.check(cores);
      },
    };
  },
};

/**
 * Within an incarnation term, commit and applied index never fall; what was durable of the term is there after a restart; and
 * the data is never behind the beginning of the log, nor ahead of what is committed.
 */
export const monotonic: CoreInvariant = eachCore("monotonic", (core, before) => {
  const { id: host, commit, applied, term, firstIndex, installing, durable } = core;
  const wrong = (what: string, was: number, now: number): TraceEvent => ({
    kind: "invariant-regressed",
    host,
    what,
    before: was,
    now,
  });
  if (before !== undefined) {
    if (term < before.durable.term) return wrong("term", before.durable.term, term);
    if (durable.term < before.durable.term) return wrong("durable-term", before.durable.term, durable.term);
    if (before.incarnation === core.incarnation) {
      if (term < before.term) return wrong("term", before.term, term);
      if (commit < before.commit) return wrong("commit", before.commit, commit);
      if (applied < before.applied) return wrong("applied", before.applied, applied);
      if (firstIndex < before.firstIndex) return wrong("first-index", before.firstIndex, firstIndex);
    }
  }
  const isOrdered = (installing !== undefined || firstIndex - 1 <= applied) && applied <= commit;
  if (!isOrdered || commit > core.lastIndex) {
    return {
      kind: "invariant-out-of-order",
      host,
      snapshot: firstIndex - 1,
      applied,
      commit,
      last: core.lastIndex,
    };
  }
  return undefined;
});

/** What a leader knows of a follower's log never shrinks, and it sends only what comes behind that. */
export const progressOnlyAdvances: CoreInvariant = eachCore("progress-only-advances", (core, before) => {
  const { id: host, term, incarnation, peers } = core;
  for (const { id: peer, match, next } of peers) {
    if (next <= match) return { kind: "invariant-next-behind-match", host, peer, match, next };
  }
  if (before?.incarnation !== incarnation || before.term !== term) return undefined;
  for (const { id: peer, match: was } of before.peers) {
    const match = peers.find(({ id }) => id === peer)?.match;
    if (match !== undefined && match < was)
      return { kind: "invariant-match-regressed", host, peer, before: was, match };
  }
  return undefined;
});

/** What an entry is, in one number: two that differ are mistaken for equal once in 2^32. */
function entryDigest({ term, kind, payload }: Entry): number {
  let digest = Math.imul(0x811c9dc5 ^ term, 0x01000193) ^ kind.length;
  for (const byte of payload) digest = Math.imul(digest ^ byte, 0x01000193);
  return digest >>> 0;
}

/** A log as it was when it was seen last: the terms of its entries behind `base`. */
interface SeenLog {
  incarnation: number;
  term: number;
  led: boolean;
  base: number;
  terms: number[];
}

/** Above all terms that there are. */
const TERMS = 2 ** 20;

/**
 * Two logs that have an entry of the same index and term are the same up to there (log matching), and a leader never
 * overwrites or deletes entries of its log (leader append-only; dissertation 3.5, 3.3).
 */
export const logsMatch: CoreInvariant = {
  name: "logs-match",
  watch() {
    const seen = new Map<string, SeenLog>();
    /** What each entry that ever was is, and the term of the one before it. */
    const known = new Map<number, { readonly digest: number; readonly termBefore: number }>();
    return {
      check(cores) {
        for (const [host, core] of cores) {
          const { log, incarnation, term, role } = core;
          const { base, lastIndex } = log;
          let before = seen.get(host);
          if (before === undefined || base.index > before.base + before.terms.length || base.index < before.base) {
            before = { incarnation, term, led: false, base: base.index, terms: [] };
            seen.set(host, before);
          }
          const seenLast = before.base + before.terms.length;
          const leads = role === "leader";
          if (leads && before.led && before.incarnation === incarnation && before.term === term) {
            const termNow = log.termAt(seenLast);
            if (seenLast > base.index && termNow !== before.terms.at(-1)) {
              return { kind: "invariant-leader-overwrote", host, term, index: seenLast };
            }
          }
          for (let index = lastIndex; index > base.index; index--) {
            const entry = log.entryAt(index) as Entry;
            // What a restart has found in the files is looked at in full: any of it may be other than it was.
            const isSeen = index <= seenLast && before.incarnation === incarnation;
            if (isSeen && before.terms[index - before.base - 1] === entry.term) break;
            const key = index * TERMS + entry.term;
            const fact = known.get(key);
            const digest = entryDigest(entry);
            const termBefore = log.termAt(index - 1) as number;
            if (fact === undefined) known.set(key, { digest, termBefore });
            else if (fact.digest !== digest || fact.termBefore !== termBefore) {
              return { kind: "invariant-logs-part", host, index, term: entry.term };
            }
            before.terms[index - before.base - 1] = entry.term;
          }
          before.terms.length = lastIndex - before.base;
          before.incarnation = incarnation;
          before.term = term;
          before.led = leads;
        }
        return undefined;
      },
    };
  },
};

/** A committed entry, as it was seen first. */
interface CommittedEntry {
  readonly entryTerm: number;
  readonly digest: number;
  /** The term of the node that knew of it first: it was committed in that term or before. */
  readonly inTerm: number;
}

/**
 * Committed prefixes agree on all nodes, for ever (state machine safety, dissertation 3.6.3); and every leader of a later
 * term has all that was committed before (leader completeness, 3.6).
 */
export const committedEntriesStay: CoreInvariant = {
  name: "committed-entries-stay",
  watch() {
    /** By index; the first stands for the beginning of all logs. */
    const ledger: CommittedEntry[] = [{ entryTerm: 0, digest: 0, inTerm: 0 }];
    const checked = new Map<string, { incarnation: number; commit: number }>();
    /** Up to where a leader, in its term, is known to have what is committed. */
    const complete = new Map<string, { incarnation: number; term: number; index: number }>();

    const checkCommitted = (
      host: string,
      { log, incarnation, commit, term }: CoreInspection,
    ): TraceEvent | undefined => {
      const before = checked.get(host);
      const isSame = before?.incarnation === incarnation;
      if (isSame && before.commit === commit) return undefined;
      const from = Math.max(isSame ? before.commit + 1 : 1, log.base.index);
      for (let index = from; index <= commit; index++) {
        const entryTerm = log.termAt(index) as number;
        const entry = log.entryAt(index);
        const known = ledger[index];
        if (known !== undefined) {
          const isDifferent = entry !== undefined && known.digest !== entryDigest(entry);
          if (known.entryTerm !== entryTerm || isDifferent) {
            return { kind: "invariant-committed-differ", host, index, term: entryTerm, other: known.entryTerm };
          }
        } else if (entry !== undefined) {
          ledger[index] = { entryTerm, digest: entryDigest(entry), inTerm: term };
        }
      }
      checked.set(host, { incarnation, commit });
      return undefined;
    };

    const checkLeader = (host: string, { log, incarnation, term }: CoreInspection): TraceEvent | undefined => {
      let known = complete.get(host);
      if (known?.incarnation !== incarnation || known.term !== term) {
        known = { incarnation, term, index: log.base.index };
        complete.set(host, known);
      }
      for (let index = known.index + 1; index < ledger.length; index++) {
        const committed = ledger[index];
        // Of what later leaders commit, one that does not know of them yet has nothing.
        if (committed !== undefined && committed.inTerm > term) break;
        const isCompacted = index < log.base.index;
        if (committed !== undefined && !isCompacted && log.termAt(index) !== committed.entryTerm) {
          return { kind: "invariant-leader-incomplete", host, term, index, committed: committed.entryTerm };
        }
        known.index = index;
      }
      return undefined;
    };

    return {
      check(cores) {
        for (const [host, core] of cores) {
          const wrong = checkCommitted(host, core);
          if (wrong !== undefined) return wrong;
        }
        for (const [host, core] of cores) {
          const wrong = core.role === "leader" ? checkLeader(host, core) : undefined;
          if (wrong !== undefined) return wrong;
        }
        return undefined;
      },
    };
  },
};

/**
 * When a leader first knows an entry to be committed, a majority of its voters holds it durably. Of a node that is down, what
 * was durable when it was seen last counts: watches no cluster whose disks are wiped.
 */
export const commitIsDurable: CoreInvariant = {
  name: "commit-is-durable",
  watch() {
    const quorum = new Quorum();
    const last = new Map<string, CoreInspection>();
    let committed = 0;
    return {
      check(cores) {
        for (const [host, core] of cores) {
          const before = last.get(host);
          last.set(host, core);
          if (core.role !== "leader" || core.commit <= committed) continue;
          committed = core.commit;
          // What it knew before it led, another leader had committed, by another configuration perhaps.
          if (before?.role !== "leader" || before.term !== core.term) continue;
          const wrong = checkHolders(host, core, cores);
          if (wrong !== undefined) return wrong;
        }
        return undefined;
      },
    };

    function checkHolders(host: string, leader: CoreInspection, cores: Cores): TraceEvent | undefined {
      const { commit: index, log, configuration } = leader;
      const term = log.termAt(index);
      const { voters } = configuration.configuration;
      const holders = voters.filter((voter) => {
        const seen = cores.get(voter) ?? last.get(voter);
        if (seen === undefined || seen.durable.index < index) return false;
        return seen.log.base.index > index || seen.log.termAt(index) === term;
      }).length;
      return holders >= quorum.size(voters.length)
        ? undefined
        : { kind: "invariant-commit-not-durable", host, index, holders };
    }
  },
};

/** All that is cheap enough to be on in every run. */
export const coreInvariants: readonly CoreInvariant[] = [
  oneLeaderPerTerm,
  oneVotePerTerm,
  monotonic,
  progressOnlyAdvances,
  logsMatch,
  committedEntriesStay,
];
