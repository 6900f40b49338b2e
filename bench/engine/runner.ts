import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Contender } from "./contender.ts";
import { ClassicLevelContender } from "./classic-level-contender.ts";
import { KEY_BYTES, VALUE_BYTES } from "./entries.ts";
import { FaultlineContender } from "./faultline-contender.ts";
import { LmdbContender } from "./lmdb-contender.ts";
import { DELETIONS, durableWrites, WORKLOADS, type Outcome, type Scale, type Workload } from "./workloads.ts";

/** How to make each engine; the one that ratios are taken to is `BASELINE`. */
export const CONTENDERS: Readonly<Record<string, (benchFolder: string) => Contender>> = {
  faultline: () => new FaultlineContender(),
  "classic-level": (folder) => new ClassicLevelContender(folder),
  lmdb: (folder) => new LmdbContender(folder),
};
export const BASELINE = "classic-level";

/** Every row, in order. */
export const ROWS: readonly Workload[] = [...WORKLOADS, ...DELETIONS];

/** What is measured once, of the loaded database. */
export interface Footprint {
  /** The process's largest resident set, in bytes. */
  readonly residentBytes: number;
  /** What the files take on the disk after a full compaction, by live bytes of keys and values. */
  readonly spaceAmplification: number;
}

/** Durable writes are few, and compiled late: the waiting between them is long. */
const WARM_UP: Scale = { keys: 20_000, reads: 20_000, durableWrites: 3_000 };

/** Runs rows for one engine, in a process of its own. */
export class Runner {
  private readonly contender: Contender;
  private readonly directory: string;
  private readonly scale: Scale;
  private durable: boolean | undefined;

  constructor(contender: Contender, directory: string, scale: Scale) {
    this.contender = contender;
    this.directory = directory;
    this.scale = scale;
  }

  /** Runs every row small, so that what is measured is compiled code. */
  async warmUp(): Promise<void> {
    for (const row of ROWS) await this.runRow(row, WARM_UP);
  }

  async row(index: number): Promise<Outcome | undefined> {
    const row = ROWS[index] as Workload;
    const outcome = await this.runRow(row, this.scale);
    await quiet();
    return outcome;
  }

  /** To be called between the rows that write and those that delete. */
  async footprint(): Promise<Footprint> {
    const residentBytes = process.resourceUsage().maxRSS * 1_024;
    await this.contender.compact();
    await quiet();
    const live = this.scale.keys * (KEY_BYTES + VALUE_BYTES);
    return { residentBytes, spaceAmplification: diskUsage(this.directory) / live };
  }

  async durableWrites(count: number): Promise<void> {
    await this.renew(true);
    await durableWrites(this.contender, count);
    await this.close();
  }

  async close(): Promise<void> {
    if (this.durable === undefined) return;
    this.durable = undefined;
    await this.contender.close();
  }

  private async runRow(row: Workload, scale: Scale): Promise<Outcome | undefined> {
    if (row.mode === "sync call" && row.on === "new" && this.contender.putNow === undefined) return undefined;
    if (row.on === "new" || this.durable !== row.durable) await this.renew(row.durable);
    return row.run(this.contender, scale);
  }

  private async renew(durable: boolean): Promise<void> {
    await this.close();
    rmSync(this.directory, { recursive: true, force: true });
    mkdirSync(this.directory, { recursive: true });
    await this.contender.open(this.directory, durable);
    this.durable = durable;
  }
}

/**
 * Waits until background work has ended: until this process takes hardly any processor time. None of the peers says when
 * its compactions are done, and the next engine's row must not share the machine with them.
 */
async function quiet(): Promise<void> {
  for (let calm = 0; calm < 3;) {
    const before = process.cpuUsage();
    await new Promise((resolve) => setTimeout(resolve, 30));
    const { user, system } = process.cpuUsage(before);
    calm = user + system < 3_000 ? calm + 1 : 0;
  }
}

/** Bytes that a directory's files take on the disk. */
function diskUsage(directory: string): number {
  let bytes = 0;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    bytes += entry.isDirectory() ? diskUsage(path) : statSync(path).blocks * 512;
  }
  return bytes;
}
