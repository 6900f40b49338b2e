import { OpenFlag } from "../host/file-system.ts";
import { MalformedBytesError } from "./coding.ts";
import type { EngineContext } from "./context.ts";
import { CorruptionError, emptyLog } from "./errors.ts";
import { logName, logNumbers, manifestName } from "./file-names.ts";
import { type Entry, MAX_SEQUENCE } from "./internal-key.ts";
import type { InternalIterator } from "./internal-iterator.ts";
import { ManifestReader } from "./manifest-reader.ts";
import { MergingIterator } from "./merging-iterator.ts";
import type { RangeTombstones } from "./range-tombstones.ts";
import type { TableFile } from "./table-file.ts";
import { TableVerifier } from "./table-verifier.ts";
import type { Version } from "./version.ts";
import type { VersionState } from "./version-state.ts";
import { batchCount, batchSequence, readBatch } from "./write-batch.ts";

/** What a verification has read and found sound. */
export interface VerificationReport {
  readonly tables: number;
  readonly blocks: number;
  readonly entries: number;
  /** Bytes of the tables. */
  readonly tableBytes: number;
  readonly logs: number;
  /** Records of the logs that are not in tables yet. */
  readonly records: number;
}

/** Where the write-ahead log was at one moment between two writes. */
export interface LogPosition {
  /** The number of the oldest log that is needed. */
  readonly first: number;
  /** The number of the log that writes go to... */
  readonly active: number;
  /** ...and the bytes in it. */
  readonly offset: number;
  /** The last write's sequence number. */
  readonly lastSequence: number;
}

/** A check of everything that a database has on disk. Every method throws CorruptionError for the first damage. */
export class Verification {
  private readonly context: EngineContext;
  private tables = 0;
  private blocks = 0;
  private entries = 0;
  private tableBytes = 0;
  private logs = 0;
  private records = 0;

  constructor(context: EngineContext) {
    this.context = context;
  }

  get report(): VerificationReport {
    const { tables, blocks, entries, tableBytes, logs, records } = this;
    return { tables, blocks, entries, tableBytes, logs, records };
  }

  /**
   * Each table of a version, and how they fit together. The caller holds the version, and its files.
   *
   * @throws TableMissingError
   */
  async checkVersion(version: Version): Promise<void> {
    for (const file of version.files()) await this.checkTable(version, file);
    for (const [level, files] of version.levels.entries()) this.checkLevel(level, files);
    await this.checkOrderOfVersions(version);
  }

  /**
   * A manifest that nobody is writing to.
   *
   * @param end the bytes that it must have
   */
  async checkManifest(expected: VersionState, number: number, end: number): Promise<void> {
    const { context } = this;
    const name = manifestName(number);
    const current = await new context.parts.CurrentFile(context).read();
    if (current !== number) {
      throw new CorruptionError("CURRENT", 0, `it names ${manifestName(current)} instead of ${name}`);
    }
    const handle = await context.fs.open(context.path(name), OpenFlag.READ);
    try {
      const reader = new ManifestReader(context.parts, handle, number, "torn");
      await reader.read();
      if (reader.offset !== end) throw new CorruptionError(name, reader.offset, `it should go on to offset ${end}`);
      const difference = compareStates(expected, reader.state);
      if (difference !== undefined) throw new CorruptionError(name, undefined, difference);
    } finally {
      await handle.close();
    }
  }

  /** The logs up to a position. The caller keeps them from being deleted. */
  async checkLogs(position: LogPosition): Promise<void> {
    const { context } = this;
    const names = await context.fs.readdir(context.directory);
    const numbers = logNumbers(names, position.first, position.active);
    for (const number of [position.first, position.active]) {
      if (!numbers.includes(number)) throw new CorruptionError(logName(number), undefined, "the file is missing");
    }
    let next: number | undefined;
    for (const number of numbers) next = await this.checkLog(number, position, next);
    if (next !== undefined && next !== position.lastSequence + 1) {
      const detail = `it ends with write ${next - 1}, but the last was ${position.lastSequence}`;
      throw new CorruptionError(logName(position.active), position.offset, detail);
    }
  }

  private async checkTable(version: Version, file: TableFile): Promise<void> {
    try {
      const content = await new TableVerifier(this.context, file).run();
      this.tables++;
      this.tableBytes += file.size;
      this.blocks += content.blocks;
      this.entries += content.entries;
    } catch (error) {
      throw version.explained(error, file);
    }
  }

  private checkLevel(level: number, files: readonly TableFile[]): void {
    for (let i = 1; i < files.length; i++) {
      const left = files[i - 1] as TableFile;
      const right = files[i] as TableFile;
      // Level 0 is newest first, and memtables follow each other.
      const apart =
        level === 0 ? left.smallestSequence > right.largestSequence : left.endsBefore(right.smallest.userKey);
      if (!apart) throw new CorruptionError(right.name, undefined, `it overlaps ${left.name} on level ${level}`);
    }
  }

  /**
   * Of each key, the newer versions must lie above the older: a read stops at the first place that knows the key. No
   * write may be there twice.
   */
  private async checkOrderOfVersions(version: Version): Promise<void> {
    const { cpu, options } = this.context;
    const runs = version.runs();
    const sources = runs.map((run) => version.sequentialIterator(run, options.transferBytes));
    const tombstones: RangeTombstones[] = [];
    for (const run of runs) tombstones.push(await version.rangeDeletionsOf(run));
    const ranks = new Map<InternalIterator, number>(sources.map((source, rank) => [source, rank]));
    const merged = new MergingIterator(sources);
    let key: Uint8Array | undefined;
    let rank = 0;
    let sequence = 0;
    try {
      await merged.first();
      while (merged.valid) {
        const { entry } = merged;
        const own = ranks.get(merged.top as InternalIterator) as number;
        if (key !== undefined && entry.compareUserKey(key) === 0) {
          if (own < rank || entry.sequence === sequence) {
            const what = own < rank ? "lies above a newer one of its key" : "is there twice";
            throw new CorruptionError(this.fileOf(version, key, entry.sequence), undefined, `an entry ${what}`);
          }
        } else {
          key = entry.copyKey();
        }
        if (isOutOfOrder(entry, own, tombstones)) {
          const file = this.fileOf(version, entry.copyKey(), entry.sequence);
          throw new CorruptionError(
            file,
            undefined,
            "an entry and a range delete that has its key lie in the wrong order",
          );
        }
        rank = own;
        sequence = entry.sequence;
        cpu.charge(options.cpuCosts.read);
        if (cpu.due) await cpu.pay();
        const pending = merged.next();
        if (pending !== undefined) await pending;
      }
    } finally {
      merged.close();
    }
  }

  /** A table that may hold an entry, to name in an error. */
  private fileOf(version: Version, key: Uint8Array, sequence: number): string {
    const files = version.files().filter((file) => file.mayContain(key));
    const exact = files.find((file) => file.smallestSequence <= sequence && sequence <= file.largestSequence);
    return (exact ?? files[0])?.name ?? "the tables";
  }

  /** @returns the sequence number that the next log begins with */
  private async checkLog(
    number: number,
    position: LogPosition,
    first: number | undefined,
  ): Promise<number | undefined> {
    const { context } = this;
    const name = logName(number);
    const active = number === position.active;
    let next = first;
    const before = this.records;
    const handle = await context.fs.open(context.path(name), OpenFlag.READ);
    try {
      const reader = new context.parts.LogReader(handle, name, number, active ? "growing" : "complete");
      while (!active || reader.offset < position.offset) {
        const offset = reader.offset;
        const record = await reader.next();
        if (record === undefined) break;
        next = this.checkRecord(record, name, offset, next);
        this.records++;
        context.cpu.charge(record.length * context.options.cpuCosts.byte);
        await context.cpu.pay();
      }
      if (!active && this.records === before) throw emptyLog(name);
      if (active && reader.offset !== position.offset) {
        throw new CorruptionError(name, reader.offset, `it should go on to offset ${position.offset}`);
      }
    } finally {
      await handle.close();
    }
    this.logs++;
    return next;
  }

  private checkRecord(record: Uint8Array, name: string, offset: number, expected: number | undefined): number {
    try {
      readBatch(record);
    } catch (error) {
      if (!(error instanceof MalformedBytesError)) throw error;
      throw new CorruptionError(name, offset, error.message, { cause: error });
    }
    const sequence = batchSequence(record);
    if (expected !== undefined && sequence !== expected) {
      throw new CorruptionError(name, offset, `write ${sequence} follows write ${expected - 1}`);
    }
    return sequence + batchCount(record);
  }
}

/** Whether an older range delete lies above an entry, or a newer one below it. */
function isOutOfOrder(entry: Entry, rank: number, tombstones: readonly RangeTombstones[]): boolean {
  const { keyData, keyStart, keyEnd, sequence } = entry;
  return tombstones.some((ranges, place) => {
    if (ranges.empty || place === rank) return false;
    const limit = place < rank ? sequence : MAX_SEQUENCE;
    const cover = ranges.cover(keyData, keyStart, keyEnd, limit);
    return place < rank ? cover > 0 : cover > sequence;
  });
}

/** What of the database's own state the manifest does not say. */
function compareStates(expected: VersionState, found: VersionState): string | undefined {
  if (found.versionNumber !== expected.versionNumber) {
    return `it ends with version ${found.versionNumber}, but version ${expected.versionNumber} is in force`;
  }
  if (found.logNumber !== expected.logNumber) {
    return `it says log ${found.logNumber}, but log ${expected.logNumber} is in force`;
  }
  if (describeLevels(found) !== describeLevels(expected)) return "its tables are not those in use";
  return undefined;
}

function describeLevels(state: VersionState): string {
  const levels = state.levels.map((files) => files.map((file) => file.number).join(","));
  while (levels.at(-1) === "") levels.pop();
  return levels.join(";");
}
