/**
 * A process that writes until it is killed. Parameters: the mount's directory, a file for its diary, the number of the last
 * write that is there, and "tiny" for limits that make it flush and compact all the time.
 *
 * The diary says "b" and a number before a write is begun, "a" once it is acknowledged. It is written with plain blocking
 * calls: what it says outlives the process.
 */
import { openSync, writeSync } from "node:fs";
import { openDatabase } from "../../../engine/index.ts";
import { createNodeHost } from "../../../host/nodejs/node-host.ts";
import { TINY } from "../support/bytes.ts";
import { operation, perform } from "./operations.ts";

/** Writes under way at the same time, so that groups form. */
const IN_FLIGHT = 5;

const [mount = "", diaryPath = "", last = "0", limits] = process.argv.slice(2);
const diary = openSync(diaryPath, "a");
const host = createNodeHost({ mounts: { local: mount } });
const database = await openDatabase({
  host,
  fs: host.fs("local"),
  directory: "/db",
  options: limits === "tiny" ? TINY : { writeBufferBytes: 1 << 15, tableBytes: 1 << 14, level1Bytes: 1 << 16 },
}).catch((error: unknown) => {
  process.stdout.write(`${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}\n`);
  process.exit(1);
});
process.stdout.write("ready\n");

let next = Number(last) + 1;
async function write(): Promise<never> {
  for (;;) {
    const n = next++;
    writeSync(diary, `b${n}\n`);
    await perform(database, operation(n));
    writeSync(diary, `a${n}\n`);
  }
}
await Promise.all(Array.from({ length: IN_FLIGHT }, write));
