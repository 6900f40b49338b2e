import type { RandomStream } from "../../host/random.ts";
import { pageAfterCrash, sizeAfterCrash, type SizeAfterCrash } from "../../sim/fs/crash.ts";
import {
  garbageOption,
  pageFate,
  tornOption,
  type CrashChoice,
  type PageChoice,
  type SizeChoice,
} from "../../sim/fs/crash-choice.ts";
import type { FileInode } from "../../sim/fs/inode.ts";
import { PAGE_BYTES } from "../../sim/fs/page.ts";
import { TRUNCATION, type DataEntry } from "../../sim/fs/data-entry.ts";
import type { VolumeOptions } from "../../sim/fs/volume.ts";
import { hashBytes, mixHashes } from "./content-hash.ts";

/** One of the contents that a crash may leave of a file. */
export interface FileVariant {
  /** Options for the file's size and pages, in the order of its choices. */
  readonly options: readonly number[];
  readonly hash: number;
}

/** A file with something un-synced, and the places of its choices among all that a crash leaves open. */
export interface DirtyFile {
  readonly file: FileInode;
  readonly size: { readonly at: number; readonly choice: SizeChoice } | undefined;
  readonly pages: readonly { readonly at: number; readonly choice: PageChoice }[];
}

/** More combinations than this are sampled. */
const MOST_COMBINATIONS = 3_000;
/** Torn pages are tried in every way up to so many sectors; of more, in the ways that cut them once. */
const SECTORS_IN_FULL = 4;

/** The files that choices are about, in order. */
export function dirtyFiles(choices: readonly CrashChoice[]): DirtyFile[] {
  const files = new Map<FileInode, { file: FileInode; size: DirtyFile["size"]; pages: DirtyFile["pages"][number][] }>();
  choices.forEach((choice, at) => {
    if (choice.kind !== "size" && choice.kind !== "page") return;
    let entry = files.get(choice.file);
    if (entry === undefined) files.set(choice.file, (entry = { file: choice.file, size: undefined, pages: [] }));
    if (choice.kind === "size") entry.size = { at, choice };
    else entry.pages.push({ at, choice });
  });
  return [...files.values()];
}

/**
 * The distinct contents that a crash may leave of a file: first the one without anything un-synced, last the one with
 * everything. The disk counts every set of torn sectors as an option of its own; here only those are tried that differ.
 *
 * @param floor entries of the file's log that an ordered file system has written for sure
 */
export function fileVariants(
  volume: Pick<VolumeOptions, "crashModel" | "sectorBytes">,
  { file, size, pages }: DirtyFile,
  floor: number,
  random: RandomStream,
): FileVariant[] {
  const sizes = size?.choice.options ?? 1;
  const lists = pages.map(({ choice }) => usefulOptions(choice, volume.sectorBytes));
  const contents = new PageContents(volume, file, floor);
  const found = new Map<number, FileVariant>();
  const add = (sizeOption: number, options: readonly number[]): void => {
    const chosen = sizeAfterCrash(volume, file, sizeOption, floor);
    // What lies beyond the end does not matter: one option stands for all.
    const kept = options.map((option, index) => (inside(pages[index]?.choice, chosen) ? option : 0));
    const hash = contents.hash(pages, chosen, kept);
    if (found.has(hash)) found.delete(hash);
    found.set(hash, { options: size === undefined ? kept : [sizeOption, ...kept], hash });
  };
  const none = lists.map(() => 0);
  const all = pages.map(({ choice }) => choice.touching.length - choice.floor);
  add(0, none);
  const combinations = lists.reduce((product, list) => product * list.length, sizes);
  if (combinations <= MOST_COMBINATIONS) {
    for (let option = 0; option < sizes; option++) {
      for (const options of product(lists)) add(option, options);
    }
  } else {
    for (let option = 0; option < sizes; option++) {
      add(option, none);
      add(option, all);
    }
    for (let draw = 0; draw < MOST_COMBINATIONS; draw++) {
      const drawn = lists.map((list) => random.pick(list));
      add(random.below(sizes), drawn);
    }
  }
  add(sizes - 1, all);
  const [first] = [...found.values()].filter(({ options }) => options.every((option) => option === 0));
  if (first === undefined) return [...found.values()];
  return [first, ...[...found.values()].filter((variant) => variant !== first)];
}

/** The hash of what a file's durable image holds, which is all that a crash leaves when it has nothing to decide. */
export function hashOfDurable(file: FileInode): number {
  const { durableSize } = file.unsynced;
  let hash = durableSize;
  for (let from = 0; from < durableSize; from += PAGE_BYTES) {
    const content = file.unsynced.durablePage(from / PAGE_BYTES);
    hash = mixHashes(hash, hashBytes(content, Math.min(PAGE_BYTES, durableSize - from)));
  }
  return hash;
}

function inside(choice: PageChoice | undefined, { size }: SizeAfterCrash): boolean {
  return choice !== undefined && choice.page * PAGE_BYTES < size;
}

/** Those of a page's options that may differ in content. */
function usefulOptions(choice: PageChoice, sectorBytes: number): number[] {
  const { floor, touching, file, tears } = choice;
  const steps = touching.length - floor;
  const options: number[] = [];
  for (let version = 0; version <= steps; version++) options.push(version);
  const garbage = garbageOption(choice);
  if (garbage !== undefined) options.push(garbage);
  if (!tears) return options;
  for (let version = 0; version < steps; version++) {
    const entry = file.unsynced.entries[touching[floor + version] as number] as DataEntry;
    for (const mask of tearsOf(sectorsOf(entry, choice.page, sectorBytes))) {
      options.push(tornOption(choice, version, mask));
    }
  }
  return options;
}

/** The sectors of a page that an entry touches. */
function sectorsOf(entry: DataEntry, page: number, sectorBytes: number): number[] {
  const from = page * PAGE_BYTES;
  const start = Math.max(entry.position, from) - from;
  const end = entry.length === TRUNCATION ? PAGE_BYTES : Math.min(entry.position + entry.length - from, PAGE_BYTES);
  const sectors: number[] = [];
  for (let sector = Math.floor(start / sectorBytes); sector * sectorBytes < end; sector++) sectors.push(sector);
  return sectors;
}

/** Sets of sectors, as bits, that are neither none nor all of those given. */
function tearsOf(sectors: readonly number[]): number[] {
  const bits = sectors.map((sector) => 1 << sector);
  const all = bits.reduce((sum, bit) => sum | bit, 0);
  const masks = new Set<number>();
  if (sectors.length <= SECTORS_IN_FULL) {
    for (let subset = 1; subset < (1 << sectors.length) - 1; subset++) {
      masks.add(bits.reduce((mask, bit, index) => ((subset & (1 << index)) === 0 ? mask : mask | bit), 0));
    }
  } else {
    let head = 0;
    for (const bit of bits) {
      head |= bit;
      for (const mask of [head, all & ~head, bit, all & ~bit]) if (mask !== 0 && mask !== all) masks.add(mask);
    }
  }
  return [...masks];
}

function* product(lists: readonly (readonly number[])[]): Generator<number[]> {
  const places = lists.map(() => 0);
  for (;;) {
    yield lists.map((list, index) => list[places[index] as number] as number);
    let at = 0;
    while (at < lists.length && (places[at] as number) + 1 === (lists[at] as readonly number[]).length)
      places[at++] = 0;
    if (at === lists.length) return;
    places[at] = (places[at] as number) + 1;
  }
}

/** What a file's pages hold under each option, worked out once. */
class PageContents {
  private readonly volume: Pick<VolumeOptions, "crashModel" | "sectorBytes">;
  private readonly file: FileInode;
  private readonly floor: number;
  private readonly known = new Map<string, Uint8Array>();
  private readonly durable = new Map<number, Uint8Array>();

  constructor(volume: Pick<VolumeOptions, "crashModel" | "sectorBytes">, file: FileInode, floor: number) {
    this.volume = volume;
    this.file = file;
    this.floor = floor;
  }

  /** The hash of the content under one option for each page; equal to {@link hashOfDurable} of a file with that content. */
  hash(pages: DirtyFile["pages"], chosen: SizeAfterCrash, options: readonly number[]): number {
    let hash = chosen.size;
    for (let from = 0; from < chosen.size; from += PAGE_BYTES) {
      const page = from / PAGE_BYTES;
      const index = pages.findIndex(({ choice }) => choice.page === page);
      const entry = pages[index];
      const content =
        entry === undefined ? this.durablePage(page) : this.page(entry.choice, options[index] as number, chosen);
      hash = mixHashes(hash, hashBytes(content, Math.min(PAGE_BYTES, chosen.size - from)));
    }
    return hash;
  }

  private page(choice: PageChoice, option: number, chosen: SizeAfterCrash): Uint8Array {
    // In an ordered file system the size that survives brings data along.
    const size = this.volume.crashModel === "ordered" ? chosen.entries : 0;
    const key = `${choice.page}/${option}/${size}`;
    let content = this.known.get(key);
    if (content === undefined) {
      const fate = pageFate(choice, option);
      content = pageAfterCrash(this.volume, this.file, choice.page, choice.touching, fate, chosen, this.floor).content;
      this.known.set(key, content);
    }
    return content;
  }

  private durablePage(page: number): Uint8Array {
    let content = this.durable.get(page);
    if (content === undefined) this.durable.set(page, (content = this.file.unsynced.durablePage(page)));
    return content;
  }
}
