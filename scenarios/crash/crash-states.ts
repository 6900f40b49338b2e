import type { RandomStream } from "../../host/random.ts";
import { crashChoices, type CrashChoice } from "../../sim/fs/crash-choice.ts";
import type { AnyInode, DirectoryInode, DirectoryOperation, FileInode } from "../../sim/fs/inode.ts";
import type { Volume } from "../../sim/fs/volume.ts";
import { hashText, mixHashes } from "./content-hash.ts";
import { dirtyFiles, fileVariants, hashOfDurable, type DirtyFile, type FileVariant } from "./file-variants.ts";

/** One of the states that a loss of power may leave a disk in. */
export interface CrashState {
  /** One number for each of the disk's choices: what `applyCrash` takes. */
  readonly outcome: readonly number[];
  /** Of all paths and their contents: equal states have equal hashes, whenever and however they came about. */
  readonly hash: number;
}

/** More ways for names to survive than this are sampled. */
const MOST_TREES = 4_096;

/** Of a file without anything un-synced. */
const SETTLED: readonly FileVariant[] = [{ options: [], hash: 0 }];

/** What the names of a disk look like after some of the un-synced changes to them. */
interface Tree {
  /** Options for the choices about names. */
  readonly names: readonly number[];
  /** Of the directories. */
  readonly hash: number;
  /** Equal for trees under which the same may become of the same files. */
  readonly identity: number;
  /** Every file that a name leads to, with all its names' hashes mixed. */
  readonly files: readonly { readonly file: FileInode; readonly path: number; readonly floor: number }[];
}

/** Remembers, for one run, what may become of each file as it was at some moment. */
export class VariantCache {
  private readonly variants = new Map<string, readonly FileVariant[]>();
  private readonly hashes = new Map<string, number>();
  private readonly random: RandomStream;

  /** @param random decides which contents are tried of a file that may have too many */
  constructor(random: RandomStream) {
    this.random = random;
  }

  variantsOf(volume: Volume, dirty: DirtyFile, floor: number): readonly FileVariant[] {
    const { file } = dirty;
    const { base, end } = file.unsynced;
    const key = `${file.number}/${file.change}/${base}/${end}/${floor}`;
    let found = this.variants.get(key);
    if (found === undefined) {
      found = fileVariants(volume.options, dirty, floor, this.random);
      this.variants.set(key, found);
    }
    return found;
  }

  hashOf(file: FileInode): number {
    const key = `${file.number}/${file.change}/${file.unsynced.base}`;
    let hash = this.hashes.get(key);
    if (hash === undefined) {
      hash = hashOfDurable(file);
      this.hashes.set(key, hash);
    }
    return hash;
  }
}

/**
 * The states that a loss of power at this moment may leave, each once: what does not show (a page beyond the end, a file
 * without a name) is not told apart.
 */
export class CrashStates {
  readonly choices: readonly CrashChoice[];
  private readonly volume: Volume;
  private readonly cache: VariantCache;
  private readonly dirty: ReadonlyMap<FileInode, DirtyFile>;
  private readonly trees: readonly Tree[];
  /** How many there are, as far as names and files that have too many to be listed are concerned at least so many. */
  readonly count: number;

  constructor(volume: Volume, cache: VariantCache, random: RandomStream) {
    this.volume = volume;
    this.cache = cache;
    this.choices = crashChoices(volume);
    this.dirty = new Map(dirtyFiles(this.choices).map((dirty) => [dirty.file, dirty]));
    this.trees = this.listTrees(random);
    this.count = this.trees.reduce((sum, tree) => sum + this.statesOf(tree), 0);
  }

  /** All states when there are at most `bound`, else so many, those with all or nothing of a file before others. */
  *states(bound: number, random: RandomStream): Generator<CrashState> {
    if (this.count <= bound) {
      for (const tree of this.trees) yield* this.statesUnder(tree);
      return;
    }
    const seen = new Set<number>();
    const fresh = function* (state: CrashState): Generator<CrashState> {
      if (seen.has(state.hash)) return;
      seen.add(state.hash);
      yield state;
    };
    const [least, most] = [this.trees[0] as Tree, this.trees.at(-1) as Tree];
    for (const tree of [least, most]) {
      yield* fresh(this.stateOf(tree, (variants) => variants[0] as FileVariant));
      yield* fresh(this.stateOf(tree, (variants) => variants.at(-1) as FileVariant));
    }
    for (let draw = 0; draw < bound * 4 && seen.size < bound; draw++) {
      const tree = random.pick(this.trees);
      yield* fresh(
        this.stateOf(tree, (variants) => {
          switch (random.below(4)) {
            case 0:
              return variants[0] as FileVariant;
            case 1:
              return variants.at(-1) as FileVariant;
            default:
              return random.pick(variants);
          }
        }),
      );
    }
  }

  private statesOf(tree: Tree): number {
    return tree.files.reduce((product, { file, floor }) => product * this.variants(file, floor).length, 1);
  }

  private *statesUnder(tree: Tree): Generator<CrashState> {
    const dirty = tree.files.filter(({ file }) => this.dirty.has(file));
    const places = dirty.map(() => 0);
    for (;;) {
      yield this.stateOf(tree, (variants, index) => variants[places[index] as number] as FileVariant);
      let at = 0;
      for (; at < dirty.length; at++) {
        const { file, floor } = dirty[at] as Tree["files"][number];
        if ((places[at] as number) + 1 < this.variants(file, floor).length) break;
        places[at] = 0;
      }
      if (at === dirty.length) return;
      places[at] = (places[at] as number) + 1;
    }
  }

  /** @param pick a variant of each file that has any, counted in the order of the tree's */
  private stateOf(tree: Tree, pick: (variants: readonly FileVariant[], index: number) => FileVariant): CrashState {
    const outcome = this.choices.map(() => 0);
    tree.names.forEach((option, at) => (outcome[at] = option));
    let hash = tree.hash;
    let index = 0;
    for (const { file, path, floor } of tree.files) {
      const dirty = this.dirty.get(file);
      let content: number;
      if (dirty === undefined) {
        content = this.cache.hashOf(file);
      } else {
        const variant = pick(this.variants(file, floor), index++);
        content = variant.hash;
        const places = dirty.size === undefined ? dirty.pages : [dirty.size, ...dirty.pages];
        variant.options.forEach((option, at) => (outcome[(places[at] as { at: number }).at] = option));
      }
      hash = mixHashes(hash, mixHashes(path, content));
    }
    return { outcome, hash };
  }

  private variants(file: FileInode, floor: number): readonly FileVariant[] {
    const dirty = this.dirty.get(file);
    if (dirty === undefined) return SETTLED;
    return this.cache.variantsOf(this.volume, dirty, floor);
  }

  /** The trees that differ, the one without anything un-synced first and the one with everything last. */
  private listTrees(random: RandomStream): Tree[] {
    const lists = this.choices
      .filter((choice) => choice.kind === "directory-operation" || choice.kind === "journal")
      .map((choice) => choice.options);
    const total = lists.reduce((product, options) => product * options, 1);
    const trees = new Map<number, Tree>();
    const add = (names: readonly number[]): void => {
      const tree = this.treeAfter(names);
      if (!trees.has(tree.identity)) trees.set(tree.identity, tree);
    };
    add(lists.map(() => 0));
    if (total <= MOST_TREES) {
      for (let number = 1; number < total - 1; number++) add(digits(number, lists));
    } else {
      for (let draw = 0; draw < MOST_TREES; draw++) add(lists.map((options) => random.below(options)));
    }
    const last = this.treeAfter(lists.map((options) => options - 1));
    trees.delete(last.identity);
    return [...trees.values(), last];
  }

  private treeAfter(names: readonly number[]): Tree {
    const entries = new Map<DirectoryInode, Map<string, AnyInode>>();
    const entriesOf = (directory: DirectoryInode): Map<string, AnyInode> => {
      let map = entries.get(directory);
      if (map === undefined) entries.set(directory, (map = new Map(directory.durable)));
      return map;
    };
    const floors = new Map<FileInode, number>();
    const keep = (directory: DirectoryInode, { from, kind, name, inode, flushed }: DirectoryOperation): void => {
      const map = entriesOf(directory);
      if (from !== undefined) map.delete(from);
      if (kind === "unlink") map.delete(name);
      else map.set(name, inode);
      if (this.volume.options.crashModel === "ordered" && flushed >= 0 && inode.type === "file") {
        floors.set(inode, Math.max(floors.get(inode) ?? 0, flushed - inode.unsynced.base));
      }
    };
    names.forEach((option, at) => {
      const choice = this.choices[at] as CrashChoice;
      if (choice.kind === "directory-operation" && option === 1) keep(choice.directory, choice.operation);
      if (choice.kind === "journal") {
        for (const { directory, operation } of choice.operations.slice(0, option)) keep(directory, operation);
      }
    });
    let hash = 1;
    const paths: [path: string, file: FileInode | undefined][] = [];
    const reached = new Set<DirectoryInode>([this.volume.root]);
    const walk = (directory: DirectoryInode, prefix: string): void => {
      for (const [name, inode] of entriesOf(directory)) {
        const path = `${prefix}/${name}`;
        if (inode.type === "file") {
          paths.push([path, inode]);
        } else if (!reached.has(inode)) {
          reached.add(inode);
          paths.push([path, undefined]);
          walk(inode, path);
        }
      }
    };
    walk(this.volume.root, "");
    paths.sort(([a], [b]) => (a < b ? -1 : 1));
    const files = new Map<FileInode, number>();
    for (const [path, file] of paths) {
      const name = hashText(path);
      if (file === undefined) hash = mixHashes(hash, name);
      else files.set(file, mixHashes(files.get(file) ?? 0, name));
    }
    let identity = hash;
    for (const [file, path] of files) {
      identity = mixHashes(identity, mixHashes(path, file.number * 65_536 + (floors.get(file) ?? 0)));
    }
    return {
      names,
      hash,
      identity,
      files: [...files].map(([file, path]) => ({ file, path, floor: floors.get(file) ?? 0 })),
    };
  }
}

/** A number in mixed radix: one digit for each radix, the first the lowest. */
function digits(number: number, radices: readonly number[]): number[] {
  let rest = number;
  return radices.map((radix) => {
    const digit = rest % radix;
    rest = Math.floor(rest / radix);
    return digit;
  });
}
