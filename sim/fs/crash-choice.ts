import type { RandomStream } from "../../host/random.ts";
import type { DirectoryInode, DirectoryOperation, FileInode } from "./inode.ts";
import { PAGE_BYTES, pagesOf } from "./page.ts";
import { TRUNCATION } from "./data-entry.ts";
import type { Volume } from "./volume.ts";

/**
 * One thing that a crash decides. All that it may decide together is the product of its choices: an outcome is one number
 * below `options` for each choice, drawn from a random stream or enumerated.
 */
export type CrashChoice = DirectoryChoice | JournalChoice | SizeChoice | PageChoice;

/** Whether a directory operation has reached the disk: 1 if so. */
export interface DirectoryChoice {
  readonly kind: "directory-operation";
  readonly directory: DirectoryInode;
  readonly operation: DirectoryOperation;
  readonly options: 2;
}

/** How many of the disk's metadata operations, in order, have reached the disk. */
export interface JournalChoice {
  readonly kind: "journal";
  readonly operations: readonly { readonly directory: DirectoryInode; readonly operation: DirectoryOperation }[];
  readonly options: number;
}

/** Which of the sizes a file has had is on the disk. */
export interface SizeChoice {
  readonly kind: "size";
  readonly file: FileInode;
  /** The durable size, then each that a log entry led to; `entries` counts the log up to that entry. */
  readonly sizes: readonly { readonly size: number; readonly entries: number }[];
  readonly options: number;
}

/** What is on the disk where a page was to be; see {@link pageFate}. */
export interface PageChoice {
  readonly kind: "page";
  readonly file: FileInode;
  readonly page: number;
  /** Places in the file's log of the entries that touch the page, in order. */
  readonly touching: readonly number[];
  /** Versions that are known to be on the disk: of the entries touching it, at least so many have reached it. */
  readonly floor: number;
  /** The disk has never held the page: what is not written may read as garbage. */
  readonly hole: boolean;
  /** The device may write parts of the page. */
  readonly tears: boolean;
  readonly options: number;
}

export interface PageFate {
  /** How many of the entries that touch the page it has seen. */
  readonly version: number;
  /** Sectors, a bit each, that have already seen the next entry as well; 0 for a whole page. */
  readonly torn: number;
  readonly garbage: boolean;
}

const SECTORS_A_PAGE = 8;
/** Sets of sectors that are neither none nor all of a page. */
const TEARS = (1 << SECTORS_A_PAGE) - 2;

/** All that the volume's crash model leaves open at this moment, in a fixed order. */
export function crashChoices(volume: Volume): CrashChoice[] {
  const { crashModel } = volume.options;
  if (crashModel === "lossy" || crashModel === "none") return [];
  const choices: CrashChoice[] = crashModel === "strict" ? directoryChoices(volume) : journalChoice(volume);
  for (const file of filesInOrder(volume)) choices.push(...fileChoices(volume, file));
  return choices;
}

/** Files with something un-synced, by number. */
export function filesInOrder(volume: Volume): FileInode[] {
  return [...volume.dirtyFiles].sort((a, b) => a.number - b.number);
}

function directoriesInOrder(volume: Volume): DirectoryInode[] {
  return [...volume.dirtyDirectories].sort((a, b) => a.number - b.number);
}

function directoryChoices(volume: Volume): CrashChoice[] {
  return directoriesInOrder(volume).flatMap((directory) =>
    directory.unsynced.map((operation): DirectoryChoice => ({
      kind: "directory-operation",
      directory,
      operation,
      options: 2,
    })),
  );
}

function journalChoice(volume: Volume): CrashChoice[] {
  const operations = directoriesInOrder(volume)
    .flatMap((directory) => directory.unsynced.map((operation) => ({ directory, operation })))
    .sort((a, b) => a.operation.order - b.operation.order);
  return operations.length === 0 ? [] : [{ kind: "journal", operations, options: operations.length + 1 }];
}

function fileChoices(volume: Volume, file: FileInode): CrashChoice[] {
  const { entries, durableSize } = file.unsynced;
  const sizes = [{ size: durableSize, entries: 0 }];
  entries.forEach((entry, index) => {
    if (entry.sizeAfter !== (sizes.at(-1) as { size: number }).size) {
      sizes.push({ size: entry.sizeAfter, entries: index + 1 });
    }
  });
  const choices: CrashChoice[] = [];
  if (sizes.length > 1) choices.push({ kind: "size", file, sizes, options: sizes.length });
  const strict = volume.options.crashModel === "strict";
  const tears = volume.options.sectorBytes < PAGE_BYTES;
  for (const [page, touching] of touchedPages(file)) {
    const floor = file.unsynced.floorOf(page, touching);
    const hole = strict && page * PAGE_BYTES >= durableSize;
    const steps = touching.length - floor;
    const options = steps + 1 + (hole && floor === 0 ? 1 : 0) + (tears ? steps * TEARS : 0);
    choices.push({ kind: "page", file, page, touching, floor, hole, tears, options });
  }
  return choices;
}

/** The pages that un-synced entries touch, in order, each with the entries' places in the log. */
export function touchedPages(file: FileInode): [page: number, touching: number[]][] {
  const pages = new Map<number, number[]>();
  const touch = (page: number, at: number): void => {
    const touching = pages.get(page);
    if (touching === undefined) pages.set(page, [at]);
    else touching.push(at);
  };
  const { entries, durableSize } = file.unsynced;
  entries.forEach((entry, at) => {
    if (entry.length === TRUNCATION) {
      const cut = Math.floor(entry.position / PAGE_BYTES);
      for (let page = cut; page < pagesOf(durableSize); page++) if (!pages.has(page)) pages.set(page, []);
      for (const page of pages.keys()) if ((page + 1) * PAGE_BYTES > entry.position) touch(page, at);
      return;
    }
    const last = Math.floor((entry.position + entry.length - 1) / PAGE_BYTES);
    for (let page = Math.floor(entry.position / PAGE_BYTES); page <= last; page++) touch(page, at);
  });
  return [...pages].sort((a, b) => a[0] - b[0]);
}

/** What an option of a page's choice stands for. */
export function pageFate(choice: PageChoice, option: number): PageFate {
  const { floor, touching, hole } = choice;
  const steps = touching.length - floor;
  if (option <= steps) return { version: floor + option, torn: 0, garbage: false };
  let rest = option - steps - 1;
  if (hole && floor === 0) {
    if (rest === 0) return { version: 0, torn: 0, garbage: true };
    rest--;
  }
  return { version: floor + Math.floor(rest / TEARS), torn: (rest % TEARS) + 1, garbage: false };
}

/**
 * The option of a page's choice under which it has seen `version` entries (of those above its floor), and its sectors in
 * `mask` one more: the inverse of {@link pageFate} for torn pages.
 */
export function tornOption(choice: PageChoice, version: number, mask: number): number {
  const { floor, touching, hole } = choice;
  const wholes = touching.length - floor + 1 + (hole && floor === 0 ? 1 : 0);
  return wholes + version * TEARS + mask - 1;
}

/** The option under which a page that the disk never held reads as garbage; undefined when that cannot be. */
export function garbageOption({ floor, touching, hole }: PageChoice): number | undefined {
  return hole && floor === 0 ? touching.length - floor + 1 : undefined;
}

/**
 * Draws an outcome. Each file and directory draws first how much of it survives, since independent draws for each page
 * would hardly ever keep or lose them all.
 */
export function drawOutcome(choices: readonly CrashChoice[], random: RandomStream): number[] {
  const luck = new Map<object, number>();
  const survives = (of: object): boolean => {
    let eighths = luck.get(of);
    if (eighths === undefined) {
      eighths = random.pick([0, 1, 4, 7, 8]);
      luck.set(of, eighths);
    }
    return random.chance(eighths, 8);
  };
  return choices.map((choice) => {
    switch (choice.kind) {
      case "directory-operation":
        return survives(choice.directory) ? 1 : 0;
      case "journal":
        return random.below(choice.options);
      case "size":
        return survives(choice.file) ? choice.options - 1 : random.below(choice.options);
      case "page":
        return drawPage(choice, survives(choice.file), random);
    }
  });
}

function drawPage(choice: PageChoice, survives: boolean, random: RandomStream): number {
  const steps = choice.touching.length - choice.floor;
  if (survives) return steps;
  const wholes = steps + 1 + (choice.hole && choice.floor === 0 ? 1 : 0);
  if (choice.tears && steps > 0 && random.chance(1, 4)) return wholes + random.below(choice.options - wholes);
  // Losing the page is as likely as keeping one of its versions, however many there are.
  return random.chance(1, 2) ? 0 : random.below(wholes);
}
