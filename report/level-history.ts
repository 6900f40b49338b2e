import type { TraceRecord } from "../sim/trace.ts";
import { Track } from "./track.ts";

/** Tables of one level, by number, newest last. */
export type Level = readonly number[];

/**
 * Which tables the version of a node's database has on which level, told by what its engine traces. A read-only instance
 * names the tables of the version that it reads, not their levels: those are known from who made them.
 */
export class LevelHistory {
  private readonly levels = new Map<number, Track<string>>();
  /** Compactions under way: by their inputs, the level that their outputs go to. */
  private readonly compactions = new Map<string, number>();
  private readonly places: TablePlaces;
  private live = new Set<number>();
  private database: unknown;

  /** @param places where tables lie, as far as anybody has said; shared by all who share a disk */
  constructor(places: TablePlaces) {
    this.places = places;
  }

  /** @returns whether levels changed */
  take({ index, data }: TraceRecord): boolean {
    const { database } = data;
    switch (data.kind) {
      case "flush-finished":
        this.places.put(database, Number(data["file"]), 0);
        return false;
      case "compaction-started":
        this.compactions.set(keyOf(data["inputs"]), Number(data["outputLevel"]));
        return false;
      case "compaction-finished":
        this.compactions.delete(keyOf(data["inputs"]));
        return false;
      case "version-installed": {
        const removed = numbersOf(data["removed"]);
        const added = numbersOf(data["added"]);
        const into = this.compactions.get(keyOf(data["removed"]));
        if (into !== undefined) for (const file of added) this.places.put(database, file, into);
        // A copy that takes another's place begins with no table of the former one.
        const kept = database === this.database ? this.live : new Set<number>();
        for (const file of removed) kept.delete(file);
        for (const file of added) kept.add(file);
        return this.show(index, database, kept);
      }
      case "manifest-read":
        return this.show(index, database, new Set(numbersOf(data["files"])));
      default:
        return false;
    }
  }

  /** Levels that had tables by then or had lost them, in order; each with its tables and the rank since which it is so. */
  at(
    rank: number,
  ): { readonly level: number; readonly tables: Level; readonly before: Level; readonly since: number }[] {
    return [...this.levels]
      .sort(([one], [other]) => one - other)
      .flatMap(([level, track]) => {
        const tables = track.at(rank);
        if (tables === undefined) return [];
        const since = track.since(rank);
        return [{ level, tables: numbersOf(tables), before: numbersOf(track.at(since - 1) ?? ""), since }];
      });
  }

  private show(rank: number, database: unknown, live: Set<number>): boolean {
    this.live = live;
    this.database = database;
    const byLevel = new Map<number, number[]>([...this.levels.keys()].map((level) => [level, []]));
    for (const file of live) {
      const level = this.places.levelOf(database, file);
      const tables = byLevel.get(level);
      if (tables === undefined) byLevel.set(level, [file]);
      else tables.push(file);
    }
    let changed = false;
    for (const [level, tables] of byLevel) {
      let track = this.levels.get(level);
      if (track === undefined) this.levels.set(level, (track = new Track()));
      changed = track.set(rank, tables.sort((one, other) => one - other).join(",")) || changed;
    }
    return changed;
  }
}

/** On which level each table was put when it was made. */
export class TablePlaces {
  private readonly places = new Map<string, number>();

  put(database: unknown, file: number, level: number): void {
    this.places.set(`${String(database)} ${file}`, level);
  }

  /** 0 for a table of which nobody has said. */
  levelOf(database: unknown, file: number): number {
    return this.places.get(`${String(database)} ${file}`) ?? 0;
  }
}

/** The same for the same tables, in whatever order they are named. */
function keyOf(list: unknown): string {
  return numbersOf(list)
    .sort((one, other) => one - other)
    .join(",");
}

/** "4,5,6" as numbers. */
function numbersOf(list: unknown): number[] {
  return typeof list !== "string" || list === "" ? [] : list.split(",").map(Number);
}
