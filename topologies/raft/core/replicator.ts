import type { CoreContext } from "./core-context.ts";
import { entryBytes } from "./entry.ts";
import type { AppendResponse } from "./messages.ts";
import type { Progress } from "./progress.ts";

/** How a leader brings its log to the others, and what a majority has of it. */
export class Replicator {
  protected readonly core: CoreContext;
  private byId = new Map<string, Progress>();
  /** All other members, and the voters among them. */
  private others: Progress[] = [];
  private otherVoters: Progress[] = [];
  private votes_ = false;
  private readonly values: number[] = [];

  constructor(core: CoreContext) {
    this.core = core;
    this.reconfigure();
  }

  /** All other members. */
  get peers(): readonly Progress[] {
    return this.others;
  }

  /** Whether the leader itself is a voter: it leads on while its own removal is not committed, but does not count. */
  get votes(): boolean {
    return this.votes_;
  }

  peer(id: string): Progress | undefined {
    return this.byId.get(id);
  }

  /** Takes over the latest configuration. */
  reconfigure(): void {
    const { core, byId } = this;
    const { voters, learners } = core.log.configuration.configuration;
    const others = [...voters, ...learners].filter((id) => id !== core.id);
    this.others = others.map((id) => byId.get(id) ?? this.begin(id));
    this.byId = new Map(this.others.map((progress) => [progress.id, progress]));
    this.otherVoters = this.others.filter(({ id }) => voters.includes(id));
    this.votes_ = voters.includes(core.id);
  }

  /**
   * What a majority of the voters has reached.
   *
   * @param own the leader's own value
   */
  reachedByMajority(own: number, valueOf: (progress: Progress) => number): number {
    const { values, otherVoters } = this;
    values.length = 0;
    if (this.votes_) values.push(own);
    for (const progress of otherVoters) values.push(valueOf(progress));
    return this.core.quorum.reached(values);
  }

  /** Index up to which a majority of the voters holds the leader's log durably. */
  replicated(): number {
    return this.reachedByMajority(this.ownMatch(), matchOf);
  }

  /**
   * The leader's own copy counts once it is durable, as any other's. It may well be committed before: then others have
   * it.
   */
  protected ownMatch(): number {
    return this.core.durability.index;
  }

  /** @returns whether a follower has more of the log than was known */
  answered(progress: Progress, { accepted, index, hintIndex, hintTerm }: AppendResponse): boolean {
    const { log } = this.core;
    if (accepted) return index <= log.lastIndex && progress.acknowledged(index, log.base.index);
    // The follower's log parts from this one no later than its hint; and where this one has an earlier term, not before.
    const { index: hint } = log.agreementHint(hintIndex, hintTerm);
    if (progress.refused(index, hint)) progress.nudged = true;
    return false;
  }

  /** Sends each what it lacks, as far as it can take it. */
  flush(): void {
    for (const progress of this.others) {
      let more = true;
      while (more && !progress.paused && this.isBehind(progress)) more = this.send(progress);
    }
  }

  /** Tells each that the leader is there. */
  heartbeat(round: number): void {
    const { core } = this;
    const { id: from, term, log } = core;
    for (const { id: to, match } of this.others) {
      // No more than what the follower has: it may have other entries behind that.
      const commit = Math.min(log.commit, match);
      core.send({ kind: "heartbeat", from, to, term, commit, round });
    }
  }

  private begin(id: string): Progress {
    const { settings, log, now } = this.core;
    const { maxInflightAppends, maxInflightBytes } = settings;
    const progress = new this.core.parts.Progress(id, log.lastIndex + 1, now, maxInflightAppends, maxInflightBytes);
    // A new member's first answer tells what it has.
    progress.nudged = true;
    return progress;
  }

  private isBehind(progress: Progress): boolean {
    const { lastIndex, commit } = this.core.log;
    const { next, nudged, sentCommit, state } = progress;
    if (next <= lastIndex || nudged) return true;
    return state === "replicate" && Math.min(commit, next - 1) > sentCommit;
  }

  /** @returns whether a message was sent */
  private send(progress: Progress): boolean {
    const { core } = this;
    const { log, settings } = core;
    const prevIndex = progress.next - 1;
    const prevTerm = log.termAt(prevIndex);
    if (prevTerm === undefined) {
      this.needSnapshot(progress);
      return false;
    }
    const { maxAppendBytes, maxAppendEntries } = settings;
    const { lastIndex, commit } = log;
    const entries = lastIndex > prevIndex ? log.slice(prevIndex + 1, lastIndex, maxAppendBytes, maxAppendEntries) : [];
    let bytes = 0;
    for (const entry of entries) bytes += entryBytes(entry);
    const { id: from, term } = core;
    core.send({ kind: "append-request", from, to: progress.id, term, prevIndex, prevTerm, entries, commit });
    progress.sent(entries.length, bytes, commit);
    return true;
  }

  private needSnapshot(progress: Progress): void {
    const { term, log, now, settings, outbox } = this.core;
    // To one that is not there a snapshot would be sent in vain.
    if (now - progress.heardAt >= settings.electionTicks) return;
    progress.becomeSnapshot();
    outbox.snapshotsNeeded.push({ to: progress.id, term, minimum: log.base.index });
  }
}

function matchOf({ match }: Progress): number {
  return match;
}
