import { BATCH, type Contender, type Count, type Mode } from "./contender.ts";
import { importPeer } from "./peers.ts";

/** What the benchmark uses of the package lmdb. */
interface Lmdb {
  readonly flushed: Promise<unknown>;
  put(key: Uint8Array, value: Uint8Array): Promise<boolean>;
  putSync(key: Uint8Array, value: Uint8Array): boolean;
  remove(key: Uint8Array): Promise<boolean>;
  get(key: Uint8Array): Uint8Array | undefined;
  batch(action: () => void): Promise<boolean>;
  getRange(options: RangeOptions): Iterable<{ readonly key: Uint8Array; readonly value: Uint8Array }>;
  close(): Promise<void>;
}

interface RangeOptions {
  readonly start?: Uint8Array;
  readonly reverse?: boolean;
  readonly limit?: number;
}

/** LMDB: a B+ tree in a memory map, read without a system call. */
export class LmdbContender implements Contender {
  private readonly benchFolder: string;
  private database!: Lmdb;

  constructor(benchFolder: string) {
    this.benchFolder = benchFolder;
  }

  async open(directory: string, durable: boolean): Promise<void> {
    const { open } = (await importPeer(this.benchFolder, "lmdb")) as {
      open(options: object): Lmdb;
    };
    // Where durability is not asked for, it is spared the flush after each commit that it makes by default.
    this.database = open({
      path: `${directory}/data.mdb`,
      keyEncoding: "binary",
      encoding: "binary",
      noSync: !durable,
    });
  }

  close(): Promise<void> {
    return this.database.close();
  }

  put(key: Uint8Array, value: Uint8Array): Promise<unknown> {
    return this.database.put(key, value);
  }

  putNow(key: Uint8Array, value: Uint8Array): void {
    this.database.putSync(key, value);
  }

  async putDurably(key: Uint8Array, value: Uint8Array): Promise<void> {
    await this.database.put(key, value);
    await this.database.flushed;
  }

  delete(key: Uint8Array): Promise<unknown> {
    return this.database.remove(key);
  }

  writeBatch(
    count: number,
    key: (i: number) => Uint8Array,
    value: ((i: number) => Uint8Array) | undefined,
  ): Promise<unknown> {
    return this.database.batch(() => {
      for (let i = 0; i < count; i++) {
        if (value === undefined) void this.database.remove(key(i));
        else void this.database.put(key(i), value(i));
      }
    });
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.database.get(key);
  }

  getNow(key: Uint8Array): Uint8Array | undefined {
    return this.database.get(key);
  }

  async seek(key: Uint8Array): Promise<Count> {
    let count = 0;
    for (const entry of this.database.getRange({ start: key, limit: 1 })) count += entry.value.length > 0 ? 1 : 0;
    return count;
  }

  /** Its iterators know no promises: they are awaited here as code written for any of the three would await them. */
  async scan(mode: Mode, reverse: boolean, limit: number): Promise<Count> {
    let count = 0;
    let bytes = 0;
    for (const { key, value } of this.database.getRange({ reverse, limit })) {
      bytes += key.length + value.length;
      count++;
      if (mode === "awaited" || (mode === "batch" && count % BATCH === 0)) await undefined;
    }
    return bytes > 0 ? count : 0;
  }

  async compact(): Promise<void> {}
}
