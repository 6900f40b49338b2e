import { applyToPage, TRUNCATION, type DataEntry } from "./data-entry.ts";
import { filesInOrder, pageFate, touchedPages, type CrashChoice, type PageFate } from "./crash-choice.ts";
import type { DirectoryInode, DirectoryOperation, FileInode } from "./inode.ts";
import { PAGE_BYTES } from "./page.ts";
import { rebuildFromDurable } from "./rebuild.ts";
import type { Volume, VolumeOptions } from "./volume.ts";

/** What a crash did, in numbers. */
export interface CrashReport {
  readonly directoryOperationsKept: number;
  readonly directoryOperationsLost: number;
  /** Pages with all that was written to them. */
  readonly pagesKept: number;
  /** Pages without some of it. */
  readonly pagesLost: number;
  readonly pagesTorn: number;
  /** Files that no name leads to any more. */
  readonly filesLost: number;
}

/** How much of a file's log must have reached the disk because metadata did that it precedes. */
type Floors = Map<FileInode, number>;

interface Tally {
  kept: number;
  lost: number;
  torn: number;
}

/**
 * Cuts the power: makes the durable image what the outcome says and the live image equal to it.
 *
 * @param choices of {@link crashChoices}, asked now
 * @param outcome one number for each choice
 */
export function applyCrash(volume: Volume, choices: readonly CrashChoice[], outcome: readonly number[]): CrashReport {
  const { crashModel } = volume.options;
  if (crashModel === "none") settleEverything(volume);
  const operations = [...volume.dirtyDirectories].reduce((sum, directory) => sum + directory.unsynced.length, 0);
  const files = filesInOrder(volume);
  const floors: Floors = new Map();
  let kept = 0;
  const keep = (directory: DirectoryInode, operation: DirectoryOperation): void => {
    kept++;
    if (crashModel === "ordered" && operation.flushed >= 0 && operation.inode.type === "file") {
      const { base } = operation.inode.unsynced;
      floors.set(operation.inode, Math.max(floors.get(operation.inode) ?? 0, operation.flushed - base));
    }
    replayDirectoryOperation(directory, operation);
  };
  const sizes = new Map<FileInode, number>();
  const fates = new Map<FileInode, Map<number, PageFate>>();
  choices.forEach((choice, index) => {
    const option = outcome[index] ?? 0;
    if (option < 0 || option >= choice.options) {
      throw new RangeError(`outcome ${index} of a crash must be below ${choice.options}, got ${option}`);
    }
    switch (choice.kind) {
      case "directory-operation":
        if (option === 1) keep(choice.directory, choice.operation);
        return;
      case "journal":
        for (const { directory, operation } of choice.operations.slice(0, option)) keep(directory, operation);
        return;
      case "size":
        sizes.set(choice.file, option);
        return;
      case "page": {
        let pages = fates.get(choice.file);
        if (pages === undefined) fates.set(choice.file, (pages = new Map<number, PageFate>()));
        pages.set(choice.page, pageFate(choice, option));
      }
    }
  });
  const tally: Tally = { kept: 0, lost: 0, torn: 0 };
  for (const file of files) {
    const size = sizeAfterCrash(volume.options, file, sizes.get(file) ?? 0, floors.get(file) ?? 0);
    crashFile(volume, file, size, fates.get(file) ?? new Map<number, PageFate>(), floors.get(file) ?? 0, tally);
  }
  const filesLost = rebuildFromDurable(volume);
  return {
    directoryOperationsKept: kept,
    directoryOperationsLost: operations - kept,
    pagesKept: tally.kept,
    pagesLost: tally.lost,
    pagesTorn: tally.torn,
    filesLost,
  };
}

/** Makes all that is un-synced durable, as unmounting in good order does. */
export function settleEverything(volume: Volume): void {
  for (const file of filesInOrder(volume)) volume.settleFile(file, file.unsynced.end);
  for (const directory of [...volume.dirtyDirectories]) volume.settleDirectory(directory, volume.order);
}

/** To the durable names alone: counts and holds are put right when the volume is rebuilt. */
function replayDirectoryOperation(directory: DirectoryInode, operation: DirectoryOperation): void {
  const { durable } = directory;
  if (operation.from !== undefined) durable.delete(operation.from);
  if (operation.kind === "unlink") durable.delete(operation.name);
  else durable.set(operation.name, operation.inode);
}

/** What a crash leaves of a file's length. */
export interface SizeAfterCrash {
  readonly size: number;
  /** Entries of the log up to the one that led to the size. */
  readonly entries: number;
}

/** What an option of a file's size stands for. @param floor entries that an ordered file system has written for sure */
export function sizeAfterCrash(
  { crashModel }: Pick<VolumeOptions, "crashModel">,
  file: FileInode,
  option: number,
  floor: number,
): SizeAfterCrash {
  const { entries, durableSize } = file.unsynced;
  let chosen: SizeAfterCrash = { size: durableSize, entries: 0 };
  let changes = 0;
  for (let index = 0; index < entries.length; index++) {
    const { sizeAfter } = entries[index] as DataEntry;
    const before = index === 0 ? durableSize : (entries[index - 1] as DataEntry).sizeAfter;
    if (sizeAfter === before) continue;
    changes++;
    const forced = crashModel === "ordered" && index < floor;
    if (changes <= option || forced) chosen = { size: sizeAfter, entries: index + 1 };
  }
  return chosen;
}

function crashFile(
  volume: Volume,
  file: FileInode,
  chosen: SizeAfterCrash,
  fates: ReadonlyMap<number, PageFate>,
  floor: number,
  tally: Tally,
): void {
  const { unsynced } = file;
  const contents: [page: number, content: Uint8Array][] = [];
  for (const [page, touching] of touchedPages(file)) {
    const fate = fates.get(page) ?? { version: 0, torn: 0, garbage: false };
    const { content, version, torn } = pageAfterCrash(volume.options, file, page, touching, fate, chosen, floor);
    contents.push([page, content]);
    healWritten(file, page, touching.slice(0, torn ? version + 1 : version));
    if (torn) tally.torn++;
    else if (version === touching.length) tally.kept++;
    else tally.lost++;
  }
  for (const [page, content] of contents) {
    const from = page * PAGE_BYTES;
    const length = Math.min(PAGE_BYTES, chosen.size - from);
    if (length > 0) volume.store.write(file.bytes, content, 0, length, from);
  }
  volume.store.truncate(file.bytes, chosen.size);
  file.size = chosen.size;
  file.change++;
  file.changedBy = volume.kernel.event;
  volume.releaseEntries(unsynced.reset(chosen.size));
}

/** What is written anew is damaged no more. */
function healWritten(file: FileInode, page: number, applied: readonly number[]): void {
  const { durable, entries } = file.unsynced;
  if (!durable.damaged) return;
  for (const at of applied) {
    const { position, length, fate } = entries[at] as DataEntry;
    const from = Math.max(position, page * PAGE_BYTES);
    const to = length === TRUNCATION ? Infinity : Math.min(position + length, (page + 1) * PAGE_BYTES);
    if (fate === undefined && from < to) durable.heal(from, to - from);
  }
}

/** What a crash leaves of a page, before the file is cut to its size. */
export function pageAfterCrash(
  { crashModel, sectorBytes }: Pick<VolumeOptions, "crashModel" | "sectorBytes">,
  file: FileInode,
  page: number,
  touching: readonly number[],
  fate: PageFate,
  chosen: SizeAfterCrash,
  floor: number,
): { readonly content: Uint8Array; readonly version: number; readonly torn: boolean } {
  const { unsynced } = file;
  const forced = crashModel === "ordered" ? forcedVersion(file, touching, chosen.entries, floor) : 0;
  const version = Math.max(fate.version, forced);
  const content = unsynced.durablePage(page);
  if (fate.garbage && version === 0) fillWithGarbage(content, file.number, page);
  for (const at of touching.slice(0, version)) applyToPage(unsynced.entries[at] as DataEntry, page, content);
  const next = touching[version];
  const torn = fate.torn !== 0 && version === fate.version && next !== undefined;
  if (torn) tearPage(content, unsynced.entries[next] as DataEntry, page, fate.torn, sectorBytes);
  return { content, version, torn };
}

/** Of the entries that touch a page, how many an ordered file system has written before the size that survives. */
function forcedVersion(file: FileInode, touching: readonly number[], entries: number, floor: number): number {
  const { durableSize } = file.unsynced;
  let forced = 0;
  touching.forEach((at, index) => {
    const entry = file.unsynced.entries[at] as DataEntry;
    const extends_ = entry.length === TRUNCATION || entry.position + entry.length > durableSize;
    if (at < floor || (at < entries && extends_)) forced = index + 1;
  });
  return forced;
}

/** Lets the sectors in `mask` see the entry that the rest of the page has not seen. */
function tearPage(content: Uint8Array, entry: DataEntry, page: number, mask: number, sectorBytes: number): void {
  const next = content.slice();
  applyToPage(entry, page, next);
  for (let sector = 0; sector * sectorBytes < PAGE_BYTES; sector++) {
    if ((mask & (1 << sector)) === 0) continue;
    content.set(next.subarray(sector * sectorBytes, (sector + 1) * sectorBytes), sector * sectorBytes);
  }
}

/** What an old tenant of the block left there: the same bytes for the same block in every run. */
function fillWithGarbage(content: Uint8Array, inode: number, page: number): void {
  let state = (Math.imul(inode, 0x9e3779b1) ^ Math.imul(page + 1, 0x85ebca6b)) | 1;
  for (let index = 0; index < content.length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    content[index] = state;
  }
}
