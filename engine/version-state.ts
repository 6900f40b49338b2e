import { compareInternalKeys, type InternalKey } from "./internal-key.ts";
import { MalformedBytesError } from "./coding.ts";
import { TableFile } from "./table-file.ts";
import type { VersionEdit } from "./version-edit.ts";
import { COMPARATOR_NAME, FORMAT_VERSION } from "./version-edit.ts";

/** What a manifest says: the sum of its edits. Never changes. */
export interface VersionState {
  /** 0 before the first edit. */
  readonly versionNumber: number;
  /** Level 0 newest first, every other level in order of keys. */
  readonly levels: readonly (readonly TableFile[])[];
  readonly logNumber: number;
  readonly nextFileNumber: number;
  readonly lastSequence: number;
  readonly flushedSequence: number;
  readonly compactPointers: readonly (InternalKey | undefined)[];
  readonly comparator: string;
}

export const EMPTY_STATE: VersionState = {
  versionNumber: 0,
  levels: [],
  logNumber: 0,
  nextFileNumber: 1,
  lastSequence: 0,
  flushedSequence: 0,
  compactPointers: [],
  comparator: COMPARATOR_NAME,
};

/**
 * The state after an edit. Tables that stay are the same objects.
 *
 * @throws MalformedBytesError when the edit does not fit the state
 */
export function applyEdit(before: VersionState, edit: VersionEdit): VersionState {
  const base = edit.snapshot ? EMPTY_STATE : before;
  if (!edit.snapshot && edit.versionNumber !== before.versionNumber + 1) {
    throw new MalformedBytesError(`version ${edit.versionNumber} follows version ${before.versionNumber}`);
  }
  const levels: (readonly TableFile[])[] = [...base.levels];
  const touched = new Set<number>();
  for (const { level, number } of edit.deleted) {
    const files = levels[level] ?? [];
    const kept = files.filter((file) => file.number !== number);
    if (kept.length === files.length) {
      throw new MalformedBytesError(
        `version ${edit.versionNumber} removes table ${number}, which level ${level} lacks`,
      );
    }
    levels[level] = kept;
  }
  // A table that only changes its level stays the same object, so that its references go on being counted.
  const known = new Map<number, TableFile>();
  if (edit.deleted.length > 0) {
    for (const { level, number } of edit.deleted) {
      const file = base.levels[level]?.find((candidate) => candidate.number === number);
      if (file !== undefined) known.set(number, file);
    }
  }
  for (const { level, table } of edit.added) {
    while (levels.length <= level) levels.push([]);
    levels[level] = [...(levels[level] as readonly TableFile[]), known.get(table.number) ?? new TableFile(table)];
    touched.add(level);
  }
  for (const level of touched)
    levels[level] = sortLevel(levels[level] as readonly TableFile[], level, edit.versionNumber);
  const compactPointers = [...base.compactPointers];
  for (const { level, key } of edit.compactPointers) compactPointers[level] = key;
  return {
    versionNumber: edit.versionNumber,
    levels,
    logNumber: edit.logNumber ?? base.logNumber,
    nextFileNumber: edit.nextFileNumber ?? base.nextFileNumber,
    lastSequence: edit.lastSequence ?? base.lastSequence,
    flushedSequence: flushedAfter(base, edit),
    compactPointers,
    comparator: edit.comparator ?? base.comparator,
  };
}

/** Memtables are flushed in the order of their writes, so that all up to the highest in any table are in tables. */
function flushedAfter(base: VersionState, edit: VersionEdit): number {
  let flushed = Math.max(base.flushedSequence, edit.flushedSequence ?? 0);
  for (const { table } of edit.added) flushed = Math.max(flushed, table.largestSequence);
  return flushed;
}

/** The edit that makes `state` out of nothing: a manifest's first record. */
export function snapshotEdit(state: VersionState): VersionEdit {
  return {
    versionNumber: state.versionNumber,
    snapshot: true,
    formatVersion: FORMAT_VERSION,
    comparator: state.comparator,
    logNumber: state.logNumber,
    nextFileNumber: state.nextFileNumber,
    lastSequence: state.lastSequence,
    flushedSequence: state.flushedSequence,
    compactPointers: state.compactPointers.flatMap((key, level) => (key === undefined ? [] : [{ level, key }])),
    deleted: [],
    added: state.levels.flatMap((files, level) => files.map((table) => ({ level, table }))),
  };
}

function sortLevel(files: readonly TableFile[], level: number, version: number): readonly TableFile[] {
  if (level === 0) return [...files].sort((a, b) => b.number - a.number);
  const sorted = [...files].sort((a, b) => compareInternalKeys(a.smallest, b.smallest));
  for (let i = 1; i < sorted.length; i++) {
    const left = sorted[i - 1] as TableFile;
    const right = sorted[i] as TableFile;
    if (!left.endsBefore(right.smallest.userKey)) {
      throw new MalformedBytesError(
        `in version ${version}, tables ${left.number} and ${right.number} overlap on level ${level}`,
      );
    }
  }
  return sorted;
}
