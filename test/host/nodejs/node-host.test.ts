import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UnknownMountError } from "../../../host/host.ts";
import { createNodeHost, type NodeCrash, type NodeHost } from "../../../host/nodejs/node-host.ts";
import { MILLISECOND, SECOND } from "../../../host/time.ts";
import type { TraceEvent } from "../../../host/trace.ts";

let directory: string;
let crashes: NodeCrash[];
let traced: TraceEvent[];
let host: NodeHost;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "faultline-host-"));
  crashes = [];
  traced = [];
  host = createNodeHost({
    name: "primary",
    incarnation: 3,
    mounts: { local: directory },
    onTrace: (event) => traced.push(event),
    onFatal: (crash) => crashes.push(crash),
  });
});

afterEach(async () => {
  await host.end();
  rmSync(directory, { recursive: true });
});

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("clock", () => {
  it("counts nanoseconds since the host started, never backwards", () => {
    const fresh = createNodeHost({ mounts: {} });
    expect(fresh.clock.monotonic()).toBeLessThan(SECOND);
    let last = 0;
    for (let look = 0; look < 10_000; look++) {
      const now = fresh.clock.monotonic();
      expect(Number.isSafeInteger(now)).toBe(true);
      expect(now).toBeGreaterThanOrEqual(last);
      last = now;
    }
  });

  it("tells the wall time in microseconds", () => {
    expect(Math.abs(host.clock.wall() - Date.now() * 1000)).toBeLessThan(SECOND);
  });

  it("never wakes early, whatever the duration", async () => {
    const durations = [0, 1, 999, 400_000, MILLISECOND, 1_000_001, 1_500_000, 2_999_999, 7 * MILLISECOND];
    await Promise.all(
      durations.map(async (duration) => {
        for (let round = 0; round < 5; round++) {
          const start = host.clock.monotonic();
          await host.clock.sleep(duration);
          expect(host.clock.monotonic() - start).toBeGreaterThanOrEqual(duration);
        }
      }),
    );
  });

  it("calls back later, never within the call, once, and not when cancelled", async () => {
    const called: number[] = [];
    host.clock.timer(0, () => called.push(0));
    host.clock.timer(1, () => called.push(1));
    const cancelled = host.clock.timer(0, () => called.push(2));
    const late = host.clock.timer(MILLISECOND, () => called.push(3));
    expect(called).toEqual([]);
    cancelled.cancel();
    late.cancel();
    late.cancel();
    await host.clock.sleep(4 * MILLISECOND);
    expect(new Set(called)).toEqual(new Set([0, 1]));
    expect(called.length).toBe(2);
  });

  it("takes durations longer than the platform's timers do", async () => {
    let called = false;
    const year = host.clock.timer(90 * 24 * 3600 * SECOND, () => (called = true));
    await host.clock.sleep(3 * MILLISECOND);
    expect(called).toBe(false);
    year.cancel();
  });

  it("refuses what is no duration", () => {
    for (const duration of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => host.clock.timer(duration, () => undefined)).toThrow(RangeError);
    }
  });

  it("crashes the node when a timer's call-back throws", async () => {
    const error = new Error("in a timer");
    host.clock.timer(0, () => {
      throw error;
    });
    await turn();
    await turn();
    expect(crashes).toEqual([{ host: "primary", task: undefined, error }]);
  });
});

describe("cpu", () => {
  it("lets others run every few milliseconds, and otherwise goes on at once", async () => {
    await turn();
    let turns = 0;
    let computing = true;
    const other = (): void => {
      turns++;
      if (computing) setImmediate(other);
    };
    setImmediate(other);
    let calls = 0;
    for (; turns < 5; calls++) await host.cpu(1000);
    computing = false;
    // Far fewer turns than calls: most go on at once.
    expect(calls).toBeGreaterThan(1000);
  });

  it("refuses what is no work", () => {
    expect(() => host.cpu(-1)).toThrow(RangeError);
    expect(() => host.cpu(Number.NaN)).toThrow(RangeError);
  });
});

describe("random", () => {
  it("gives one stream a purpose, and no two alike", () => {
    expect(host.random("jitter")).toBe(host.random("jitter"));
    const draws = (purpose: string): number[] => Array.from({ length: 600 }, () => host.random(purpose).uint32());
    const jitter = draws("jitter");
    expect(jitter).not.toEqual(draws("election"));
    expect(new Set(jitter).size).toBeGreaterThan(590);
    for (const draw of jitter) expect(draw >= 0 && draw < 2 ** 32 && Number.isInteger(draw)).toBe(true);
  });
});

describe("mounts", () => {
  it("finds them by name, and says which there are", () => {
    expect(host.fs("local")).toBe(host.fs("local"));
    expect(() => host.fs("shared")).toThrow(UnknownMountError);
    expect(() => host.fs("shared")).toThrow("host 'primary' has no mount 'shared'; it has local");
    expect(() => createNodeHost({ mounts: { local: join(directory, "none") } })).toThrow(/ENOENT/);
  });
});

describe("tasks and the end", () => {
  it("runs a task after the call, and tells when it has ended well", async () => {
    let started = false;
    const task = host.spawn("flush", async () => {
      started = true;
      await turn();
    });
    expect([task.name, started]).toEqual(["flush", false]);
    await task.done;
    expect(started).toBe(true);
    expect(crashes).toEqual([]);
  });

  it("crashes, once, when a task rejects or throws; nothing completes or is traced after that", async () => {
    const error = new Error("compaction failed");
    const completed: string[] = [];
    void host.spawn("sleeper", async () => {
      await host.clock.sleep(0);
      completed.push("sleeper");
    }).done;
    void host.clock.sleep(MILLISECOND).then(() => completed.push("sleep"));
    const failing = host.spawn("compaction", () => {
      throw error;
    });
    void failing.done.then(() => completed.push("done"));
    void host.spawn("second", () => Promise.reject(new Error("second")));
    const beside = createNodeHost({ mounts: {} });
    await beside.clock.sleep(5 * MILLISECOND);
    void host.cpu(1).then(() => completed.push("cpu"));
    void host.clock.sleep(0).then(() => completed.push("sleep after"));
    void host.spawn("after", async () => void completed.push("after")).done;
    host.clock.timer(0, () => completed.push("timer after"));
    host.trace({ kind: "after" });
    host.fatal(new Error("after"));
    await beside.clock.sleep(5 * MILLISECOND);
    expect(crashes).toEqual([{ host: "primary", task: "compaction", error }]);
    expect(completed).toEqual([]);
    expect(traced).toEqual([]);
  });

  it("passes on what the node traces", () => {
    host.trace({ kind: "flush-finished", bytes: 12 });
    expect(traced).toEqual([{ kind: "flush-finished", bytes: 12 }]);
  });

  it("tells the node of a wish to stop", async () => {
    expect(host.stop.requested).toBe(false);
    host.requestStop();
    host.requestStop();
    expect(host.stop.requested).toBe(true);
    await host.stop.whenRequested;
    expect([host.name, host.incarnation]).toEqual(["primary", 3]);
  });

  it("prints the error and exits with 1 when nobody else is to hear of it", async () => {
    const outDir = join(directory, "program");
    await build({
      configFile: false,
      logLevel: "error",
      build: {
        ssr: join(import.meta.dirname, "crashing-node.ts"),
        outDir,
        rolldownOptions: { output: { entryFileNames: "[name].mjs" } },
      },
    });
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(outDir, "crashing-node.mjs")], {
      encoding: "utf8",
    });
    expect(stderr).toMatch(/^primary, task 'recovery' crashed: Error: manifest is damaged\n +at /);
    expect([status, stdout]).toEqual([1, ""]);
  });
});
