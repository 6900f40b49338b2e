import { expect, it } from "vitest";
import { defaultEngineParts, openDatabase } from "../../engine/index.ts";
import { bytes, TINY } from "./support/bytes.ts";
import { MemoryDisk } from "./support/memory-disk.ts";
import { MemoryHost } from "./support/memory-host.ts";

it("a file that somebody comes to need while others are deleted before it stays, and goes when it is due again", async () => {
  const needed = new Set<string>();
  const deleted: string[] = [];
  let collect = (): Promise<void> => Promise.resolve();
  let watching = false;
  const parts = {
    ...defaultEngineParts,
    ObsoleteFiles: class extends defaultEngineParts.ObsoleteFiles {
      constructor(...given: ConstructorParameters<typeof defaultEngineParts.ObsoleteFiles>) {
        super(...given);
        collect = () => this.collect();
      }
      protected override isDue(name: string): boolean {
        return watching && !needed.has(name);
      }
      protected override remove(name: string): Promise<void> {
        deleted.push(name);
        // From the first deletion on, somebody needs all the others.
        if (deleted.length === 1) for (const other of waiting) if (other !== name) needed.add(other);
        return super.remove(name);
      }
      protected override enqueue(name: string): void {
        waiting.push(name);
        super.enqueue(name);
      }
    },
  };
  const waiting: string[] = [];
  const host = new MemoryHost(new MemoryDisk().mount(), 1);
  const database = await openDatabase({ host, fs: host.fs(), directory: "/db", options: TINY, parts });
  for (let i = 0; i < 300; i++) await database.put(bytes(`k${i % 40}`), bytes("v".repeat(30)));
  await database.settled();
  expect(deleted).toEqual([]);
  expect(waiting.length).toBeGreaterThan(3);
  watching = true;
  await collect();
  expect(deleted).toHaveLength(1);
  needed.clear();
  await collect();
  expect([...deleted].sort()).toEqual([...waiting].sort());
  await database.close();
});
