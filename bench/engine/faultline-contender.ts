import { openDatabase, WriteBatch, type Database } from "../../engine/index.ts";
import { createNodeHost, type NodeHost } from "../../host/nodejs/node-host.ts";
import { BATCH, type Contender, type Count, type Mode } from "./contender.ts";

const DURABLE = { sync: true } as const;

/** This engine, on the real machine's host. */
export class FaultlineContender implements Contender {
  private host: NodeHost | undefined;
  private database!: Database;

  async open(directory: string): Promise<void> {
    this.host = createNodeHost({ mounts: { local: directory } });
    this.database = await openDatabase({ host: this.host, fs: this.host.fs("local"), directory: "/db" });
  }

  async close(): Promise<void> {
    await this.database.close();
    await this.host?.end();
  }

  put(key: Uint8Array, value: Uint8Array): Promise<void> {
    return this.database.put(key, value);
  }

  putDurably(key: Uint8Array, value: Uint8Array): Promise<void> {
    return this.database.put(key, value, DURABLE);
  }

  delete(key: Uint8Array): Promise<void> {
    return this.database.delete(key);
  }

  writeBatch(
    count: number,
    key: (i: number) => Uint8Array,
    value: ((i: number) => Uint8Array) | undefined,
  ): Promise<number> {
    const batch = new WriteBatch();
    for (let i = 0; i < count; i++) {
      if (value === undefined) batch.delete(key(i));
      else batch.put(key(i), value(i));
    }
    return this.database.write(batch);
  }

  get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.database.get(key);
  }

  getNow(key: Uint8Array): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    return this.database.lookup(key);
  }

  async seek(key: Uint8Array): Promise<Count> {
    const iterator = this.database.iterator();
    const found = await iterator.seek(key);
    const size = found ? iterator.key.length + iterator.value.length : 0;
    iterator.close();
    return size > 0 ? 1 : 0;
  }

  async scan(mode: Mode, reverse: boolean, limit: number): Promise<Count> {
    const iterator = this.database.iterator({ reverse });
    let count = 0;
    let bytes = 0;
    if (mode === "awaited") {
      for await (const [key, value] of iterator) {
        bytes += key.length + value.length;
        if (++count === limit) break;
      }
    } else if (mode === "batch") {
      for (;;) {
        const taken = await iterator.take(Math.min(BATCH, limit - count));
        for (const [key, value] of taken) bytes += key.length + value.length;
        count += taken.length;
        if (taken.length < BATCH || count === limit) break;
      }
    } else {
      for (;;) {
        const moved = reverse ? iterator.previous() : iterator.next();
        if (!(typeof moved === "boolean" ? moved : await moved)) break;
        bytes += iterator.key.length + iterator.value.length;
        if (++count === limit) break;
      }
    }
    iterator.close();
    return bytes > 0 ? count : 0;
  }

  async compact(): Promise<void> {
    await this.database.compactRange();
    await this.database.settled();
  }
}
