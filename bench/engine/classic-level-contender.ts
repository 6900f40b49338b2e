import { BATCH, type Contender, type Count, type Mode } from "./contender.ts";
import { importPeer } from "./peers.ts";

/** What the benchmark uses of the package classic-level. */
interface ClassicLevel {
  open(): Promise<void>;
  close(): Promise<void>;
  put(key: Uint8Array, value: Uint8Array, options?: { readonly sync: boolean }): Promise<void>;
  del(key: Uint8Array): Promise<void>;
  batch(operations: readonly object[]): Promise<void>;
  get(key: Uint8Array): Promise<Uint8Array | undefined>;
  getSync(key: Uint8Array): Uint8Array | undefined;
  iterator(options: {
    readonly gte?: Uint8Array;
    readonly reverse?: boolean;
    readonly limit?: number;
  }): ClassicIterator;
  compactRange(from: Uint8Array, to: Uint8Array): Promise<void>;
}

type Pair = readonly [key: Uint8Array, value: Uint8Array];

interface ClassicIterator extends AsyncIterable<Pair> {
  next(): Promise<Pair | undefined>;
  nextv(size: number): Promise<Pair[]>;
  close(): Promise<void>;
}

/** LevelDB's own code, through the package that most of Node's world uses for it, with its default options. */
export class ClassicLevelContender implements Contender {
  private readonly benchFolder: string;
  private database!: ClassicLevel;

  constructor(benchFolder: string) {
    this.benchFolder = benchFolder;
  }

  async open(directory: string): Promise<void> {
    const { ClassicLevel } = (await importPeer(this.benchFolder, "classic-level")) as {
      ClassicLevel: new (location: string, options: object) => ClassicLevel;
    };
    this.database = new ClassicLevel(directory, { keyEncoding: "view", valueEncoding: "view" });
    await this.database.open();
  }

  close(): Promise<void> {
    return this.database.close();
  }

  put(key: Uint8Array, value: Uint8Array): Promise<void> {
    return this.database.put(key, value);
  }

  putDurably(key: Uint8Array, value: Uint8Array): Promise<void> {
    return this.database.put(key, value, { sync: true });
  }

  delete(key: Uint8Array): Promise<void> {
    return this.database.del(key);
  }

  writeBatch(
    count: number,
    key: (i: number) => Uint8Array,
    value: ((i: number) => Uint8Array) | undefined,
  ): Promise<void> {
    const operations: object[] = [];
    for (let i = 0; i < count; i++) {
      operations.push(
        value === undefined ? { type: "del", key: key(i) } : { type: "put", key: key(i), value: value(i) },
      );
    }
    return this.database.batch(operations);
  }

  get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.database.get(key);
  }

  getNow(key: Uint8Array): Uint8Array | undefined {
    return this.database.getSync(key);
  }

  async seek(key: Uint8Array): Promise<Count> {
    const iterator = this.database.iterator({ gte: key, limit: 1 });
    const found = await iterator.next();
    await iterator.close();
    return found === undefined ? 0 : 1;
  }

  scan(mode: Mode, reverse: boolean, limit: number): Promise<Count> | undefined {
    return mode === "sync call" ? undefined : this.walk(mode, reverse, limit);
  }

  compact(): Promise<void> {
    return this.database.compactRange(new Uint8Array(0), new Uint8Array(32).fill(0xff));
  }

  private async walk(mode: Mode, reverse: boolean, limit: number): Promise<Count> {
    const iterator = this.database.iterator({ reverse });
    let count = 0;
    let bytes = 0;
    if (mode === "awaited") {
      for await (const [key, value] of iterator) {
        bytes += key.length + value.length;
        if (++count === limit) break;
      }
    } else {
      for (;;) {
        const taken = await iterator.nextv(Math.min(BATCH, limit - count));
        for (const [key, value] of taken) bytes += key.length + value.length;
        count += taken.length;
        if (taken.length === 0 || count === limit) break;
      }
    }
    await iterator.close();
    return bytes > 0 ? count : 0;
  }
}
