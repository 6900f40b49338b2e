import type { Codec } from "../../../host/codec.ts";
import { type Configuration, decodeConfiguration } from "./configuration.ts";
import { ConfigurationHistory, type PlacedConfiguration } from "./configuration-history.ts";
import { type Entry, entryBytes, type LogPosition } from "./entry.ts";
import { RaftSafetyError, RaftUsageError } from "./errors.ts";

/**
 * The log as a node has it in memory: all entries behind its base, durable or not, how far they are committed, and the
 * configurations among them.
 */
export class RaftLog {
  private readonly codec: Codec;
  private base_: LogPosition;
  private entries: Entry[] = [];
  private configurations: ConfigurationHistory;
  private commit_: number;

  /**
   * @param base the last entry that a snapshot has in place of the log; all up to it is committed
   * @param configuration the one in effect there
   */
  constructor(codec: Codec, base: LogPosition, configuration: Configuration) {
    this.codec = codec;
    this.base_ = base;
    this.configurations = new ConfigurationHistory(base.index, configuration);
    this.commit_ = base.index;
  }

  /** Just before the first entry that the log has. */
  get base(): LogPosition {
    return this.base_;
  }

  get firstIndex(): number {
    return this.base_.index + 1;
  }

  /** The base's when there are no entries. */
  get lastIndex(): number {
    return this.base_.index + this.entries.length;
  }

  get lastTerm(): number {
    const { entries } = this;
    return entries.length === 0 ? this.base_.term : (entries[entries.length - 1] as Entry).term;
  }

  /** Index of the last entry that is known to be committed. */
  get commit(): number {
    return this.commit_;
  }

  /** The latest configuration in the log, committed or not: the one in effect. */
  get configuration(): PlacedConfiguration {
    return this.configurations.latest;
  }

  /** The latest configuration that is known to be committed. */
  get committedConfiguration(): PlacedConfiguration {
    return this.configurations.at(this.commit_);
  }

  /** The configuration of a snapshot that is taken at `index`. */
  configurationAt(index: number): Configuration {
    return this.configurations.at(index).configuration;
  }

  /** @returns undefined for an entry that the log no longer has, or not yet */
  termAt(index: number): number | undefined {
    const at = index - this.base_.index;
    if (at === 0) return this.base_.term;
    // Reading an array at -1 is slow.
    return at < 0 ? undefined : this.entries[at - 1]?.term;
  }

  entryAt(index: number): Entry | undefined {
    return index < this.firstIndex ? undefined : this.entries[index - this.firstIndex];
  }

  /** Whether the log has an entry of this term at this place: then all before it are the same as in any log that has. */
  matches(index: number, term: number): boolean {
    return this.termAt(index) === term;
  }

  /**
   * Entries from `from` up to `to`: fewer when they would exceed a limit, but at least one.
   *
   * @param from at least the first index
   */
  slice(from: number, to: number, maxBytes: number, maxCount: number): Entry[] {
    const start = from - this.firstIndex;
    const end = Math.min(to - this.base_.index, start + maxCount, this.entries.length);
    if (end - start === 1) return [this.entries[start] as Entry];
    let bytes = 0;
    let at = start;
    for (; at < end; at++) {
      bytes += entryBytes(this.entries[at] as Entry);
      if (bytes > maxBytes && at > start) break;
    }
    return this.entries.slice(start, at);
  }

  /**
   * Where in `entries`, which go on from an entry that the log has, the first stands that the log does not have; their number
   * when it has them all. A message that comes late or twice must not take away what came behind it.
   */
  firstMissing(entries: readonly Entry[]): number {
    let at = 0;
    while (at < entries.length) {
      const { index, term } = entries[at] as Entry;
      if (!this.matches(index, term)) break;
      at++;
    }
    return at;
  }

  /** @throws RaftSafetyError when the entry does not go on from the last */
  append(entry: Entry): void {
    if (entry.index !== this.lastIndex + 1 || entry.term < this.lastTerm) {
      throw new RaftSafetyError(
        `entry ${entry.index} of term ${entry.term} cannot follow entry ${this.lastIndex} of term ${this.lastTerm}`,
      );
    }
    // Undecodable ones must leave the log as it was.
    if (entry.kind === "configuration") {
      this.configurations.add(entry.index, decodeConfiguration(this.codec, entry.payload));
    }
    this.entries.push(entry);
  }

  /** Takes away the entries behind `index`. @throws RaftSafetyError when one of them is committed */
  truncateAfter(index: number): void {
    if (index >= this.lastIndex) return;
    this.checkTruncation(index);
    this.entries.length = index - this.base_.index;
    this.configurations.truncateAfter(index);
  }

  protected checkTruncation(index: number): void {
    if (index < this.commit_) {
      throw new RaftSafetyError(
        `entries behind ${index} would be overwritten, but all up to ${this.commit_} are committed`,
      );
    }
  }

  /** Entries up to `index` are committed. */
  commitTo(index: number): void {
    if (!this.isCommitNews(index)) return;
    if (index > this.lastIndex) {
      throw new RaftSafetyError(`entry ${index} cannot be committed: the log ends at ${this.lastIndex}`);
    }
    this.commit_ = index;
  }

  /** Whether more is committed than was known: a message may come late, and takes nothing back. */
  protected isCommitNews(index: number): boolean {
    return index > this.commit_;
  }

  /**
   * Where, at or before `index`, a log may agree with one that has `term` there: no later than the last entry of that term
   * or an earlier one. Skips a whole term a message (dissertation 3.5).
   */
  agreementHint(index: number, term: number): LogPosition {
    let at = Math.min(index, this.lastIndex);
    for (; at > this.base_.index; at--) {
      const own = this.termAt(at) as number;
      if (own <= term) return { index: at, term: own };
    }
    return at === this.base_.index ? this.base_ : { index: at, term: 0 };
  }

  /** Whether another log, by its last entry, is at least as good as this one (the election restriction, dissertation 3.6.1). */
  isUpToDate(last: LogPosition): boolean {
    return last.term > this.lastTerm || (last.term === this.lastTerm && last.index >= this.lastIndex);
  }

  /** Drops the entries up to `index`, which a snapshot has. @throws RaftUsageError for one that is not committed */
  compact(index: number): void {
    if (index <= this.base_.index) return;
    if (index > this.commit_) {
      throw new RaftUsageError(
        `the log cannot begin behind ${index}: only entries up to ${this.commit_} are committed`,
      );
    }
    const term = this.termAt(index) as number;
    this.entries = this.entries.slice(index - this.base_.index);
    this.base_ = { index, term };
    this.configurations.compact(index);
  }

  /** Puts a snapshot in the place of all that there is. */
  restore(base: LogPosition, configuration: Configuration): void {
    this.base_ = base;
    this.entries = [];
    this.configurations = new ConfigurationHistory(base.index, configuration);
    this.commit_ = base.index;
  }
}
