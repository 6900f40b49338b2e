import { describe, expect, it } from "vitest";
import { MILLISECOND } from "../../../host/time.ts";
import { VirtualDisk } from "../../../sim/fs/virtual-disk.ts";
import type { CrashModel } from "../../../sim/fs/volume.ts";
import { defaultLogParts, type LogParts } from "../../../topologies/replication/log-parts.ts";
import { LogRecovery } from "../../../topologies/replication/log-recovery.ts";
import type { LogEntry, Position } from "../../../topologies/replication/position.ts";
import { SegmentFiles } from "../../../topologies/replication/segment-files.ts";
import { run, simulation } from "../../sim/support/simulate.ts";
import { entry, LogModel, openLog, readLog, told } from "./support/logs.ts";

/** What a log may hold after a crash: these entries, cut anywhere from one that it has promised on. */
interface Possible {
  readonly base: Position;
  readonly entries: readonly LogEntry[];
  /** LSN up to which a power loss leaves it. */
  readonly durable: number;
  /** LSN up to which a kill leaves it. */
  readonly acknowledged: number;
}

/** What was asked of a log and what it has promised, kept where no crash reaches. */
class LogLedger {
  readonly model = new LogModel();
  durable = 0;
  acknowledged = 0;
  /** What a cut that is under way may leave instead. */
  private before: Possible | undefined;

  beginCut(): void {
    const { base, entries } = this.model;
    this.before = { base, entries, durable: this.durable, acknowledged: this.acknowledged };
  }

  endCut(): void {
    this.before = undefined;
    this.durable = this.acknowledged = this.model.last.lsn;
  }

  get cutting(): boolean {
    return this.before !== undefined;
  }

  /** Compares what was found with what may be, and goes on from there. @returns what is wrong, or undefined */
  settle(base: Position, found: readonly string[], kept: "durable" | "acknowledged"): string | undefined {
    const { model, before, durable, acknowledged } = this;
    const { lsn } = model.last;
    // A cut has made durable what it leaves.
    const now = before === undefined ? { durable, acknowledged } : { durable: lsn, acknowledged: lsn };
    const possible: Possible[] = [{ base: model.base, entries: model.entries, ...now }];
    if (before !== undefined) possible.push(before);
    const complaints = possible.map((each) => this.complaint(each, each[kept], base, found));
    const settled = possible[complaints.indexOf(undefined)];
    if (settled === undefined) return complaints.join("; or ");
    const skipped = base.lsn - settled.base.lsn;
    model.entries = settled.entries.slice(skipped, skipped + found.length);
    model.base = base;
    this.before = undefined;
    this.durable = this.acknowledged = model.last.lsn;
    return undefined;
  }

  private complaint(possible: Possible, least: number, base: Position, found: readonly string[]): string | undefined {
    const skipped = base.lsn - possible.base.lsn;
    if (skipped < 0 || skipped > possible.entries.length) return `it begins behind ${base.lsn}`;
    const before = skipped === 0 ? possible.base : (possible.entries[skipped - 1] as LogEntry);
    if (before.epoch !== base.epoch) return `the epoch before its first entry is ${base.epoch}, not ${before.epoch}`;
    const expected = possible.entries.slice(skipped, skipped + found.length).map(told);
    const wrong = found.findIndex((line, index) => line !== expected[index]);
    if (wrong >= 0) return `it has ${found[wrong] ?? ""} instead of ${expected[wrong] ?? "nothing"}`;
    const last = base.lsn + found.length;
    if (last < least) return `all up to ${least} was promised, ${last} is there`;
    return undefined;
  }
}

/** A machine that uses its log for as long as it lives, and is killed or loses power again and again. */
async function ordeal(
  seed: string,
  crashModel: CrashModel,
  deaths: number,
  parts: LogParts = defaultLogParts,
  /** At most, in nanoseconds. */
  lifetime = 4 * MILLISECOND,
): Promise<{ recoveries: number; cutShort: number; fingerprint: string }> {
  const world = simulation({ seed });
  const disk = new VirtualDisk(world.kernel, "disk", {
    crashModel,
    writeBack: { least: MILLISECOND, most: 20 * MILLISECOND },
  });
  const ledger = new LogLedger();
  const chance = world.kernel.random("test");
  const failures: string[] = [];
  let kept: "durable" | "acknowledged" = "acknowledged";
  let recoveries = 0;
  let cutShort = 0;
  let epoch = 0;

  const machine = world.host(
    "node",
    async (host) => {
      const fs = host.fs("local");
      if (ledger.cutting) cutShort++;
      const log = await openLog({ host, fs }, { parts });
      const { model } = ledger;
      const wrong = ledger.settle(log.base, await readLog(log), kept);
      if (wrong !== undefined) failures.push(`recovery ${recoveries}: ${wrong}`);
      recoveries++;
      kept = "acknowledged";
      epoch++;
      const draw = host.random("work");
      for (;;) {
        const kind = draw.below(20);
        if (kind < 12) {
          const { lsn } = model.last;
          const entries = Array.from({ length: 1 + draw.below(3) }, (_, i) =>
            entry(epoch, lsn + 1 + i, "x".repeat(draw.below(120))),
          );
          model.entries.push(...entries);
          await log.append(entries);
          ledger.acknowledged = model.last.lsn;
          if (draw.chance(1, 2)) {
            await log.sync();
            ledger.durable = model.last.lsn;
          }
        } else if (kind < 16) {
          const target = Math.max(model.base.lsn, model.last.lsn - draw.below(12));
          ledger.beginCut();
          model.truncateAfter(target);
          await log.truncateAfter(target);
          ledger.endCut();
          epoch++;
        } else if (kind < 19) {
          await log.dropBefore(model.base.lsn + draw.below(20));
          model.drop(model.at(log.base.lsn));
        } else {
          ledger.beginCut();
          model.reset({ epoch, lsn: model.last.lsn + draw.below(5) });
          await log.reset(model.base);
          ledger.endCut();
        }
      }
    },
    { mounts: { local: disk } },
  );

  let died = 0;
  const die = (): void => {
    if (died++ === deaths) return;
    if (chance.chance(1, 3)) {
      machine.kill();
    } else {
      machine.powerLoss();
      kept = "durable";
    }
    machine.restart();
    world.at(chance.below(lifetime), die);
  };
  world.at(chance.below(lifetime), die);
  const result = await run(world, { until: () => died > deaths || failures.length > 0, maxEvents: 2_000_000 });
  expect(failures, `seed ${seed}`).toEqual([]);
  expect(
    result.crashes.map(({ error }) => String(error)),
    `seed ${seed}`,
  ).toEqual([]);
  expect(result.end, `seed ${seed}: ${String(result.failure)}`).toBe("done");
  return { recoveries, cutShort, fingerprint: result.fingerprint };
}

describe("replicated log on a simulated disk", () => {
  it.each(["strict", "ordered", "lossy", "none"] as const)(
    "keeps what was synced and never gives back what was cut, under the %s model",
    async (model) => {
      let recoveries = 0;
      let cutShort = 0;
      const seeds = model === "strict" ? 60 : 10;
      for (let seed = 0; seed < seeds; seed++) {
        const result = await ordeal(`${model}-${seed}`, model, 15, defaultLogParts, ((seed % 2) * 3 + 1) * MILLISECOND);
        recoveries += result.recoveries;
        cutShort += result.cutShort;
      }
      expect(recoveries).toBeGreaterThan(seeds * 5);
      expect(cutShort).toBeGreaterThan(seeds);
    },
  );

  it("does the same again from the same seed", async () => {
    const first = await ordeal("again", "strict", 8);
    expect(await ordeal("again", "strict", 8)).toEqual(first);
  });

  const nothing = (): Promise<void> => Promise.resolve();
  const careless: readonly (readonly [what: string, parts: Partial<LogParts>])[] = [
    [
      "a header that is not synced",
      {
        SegmentFiles: class extends SegmentFiles {
          protected override syncHeader = nothing;
        },
      },
    ],
    [
      "a new segment's name that is not synced",
      {
        SegmentFiles: class extends SegmentFiles {
          protected override syncNewName = nothing;
        },
      },
    ],
    [
      "removals that are not synced one by one",
      {
        SegmentFiles: class extends SegmentFiles {
          protected override syncAfterUnlink = nothing;
        },
      },
    ],
    [
      "a torn end that is left",
      {
        LogRecovery: class extends LogRecovery {
          protected override settleLatest = nothing;
        },
      },
    ],
    [
      "a cut that is finished before the segment that made it is durable",
      {
        LogRecovery: class extends LogRecovery {
          protected override settleNames = nothing;
        },
      },
    ],
  ];

  it.each(careless)("notices %s", async (_, parts) => {
    let caught: unknown;
    for (let seed = 0; seed < 1_500 && caught === undefined; seed++) {
      await ordeal(`careless-${seed}`, "strict", 30, { ...defaultLogParts, ...parts }, MILLISECOND).catch(
        (error: unknown) => {
          caught = error;
        },
      );
    }
    expect(caught).toBeInstanceOf(Error);
  });
});
