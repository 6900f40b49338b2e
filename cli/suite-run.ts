import { EntryRecord } from "../report/entry-record.ts";
import { judgeSuite } from "../report/judge-suite.ts";
import { REPORT_SCHEMA, type SuiteReport } from "../report/suite-report.ts";
import type { Claim } from "../scenarios/claims/claim.ts";
import { judgeClaim } from "../scenarios/claims/judge-claim.ts";
import { fillTable, type TableDefinition } from "../scenarios/comparison-table.ts";
import { belongsTo, drawSeeds, type Shard, type SuiteCase, type SuiteMode } from "../scenarios/suite.ts";
import { build } from "./build.ts";
import type { SeedJob, SeedResult } from "./worker-messages.ts";
import { WorkerPool } from "./worker-pool.ts";

/** A suite, or a scenario alone, as it was asked for. */
export interface SuiteRequest {
  /** undefined: a scenario alone. */
  readonly suite: string | undefined;
  readonly modes: readonly RequestedMode[];
  readonly cases: readonly SuiteCase[];
  /** Claims that the modes are to judge, and comparisons of them. */
  readonly claims: readonly Claim[];
  readonly tables: readonly TableDefinition[];
  readonly options: SuiteReport["options"];
  readonly shard: Shard | undefined;
  readonly workers: number;
  /** Whether the report lists every run. */
  readonly listed?: boolean;
}

export interface RequestedMode extends SuiteMode {
  /** What worker threads know the scenario by. */
  readonly reference: string;
}

export interface SuiteRunOptions {
  readonly program: URL;
  readonly interrupted: AbortSignal;
  /** Called for each seed, once, as its result comes in. */
  readonly onResult?: (result: SeedResult, unexpected: boolean) => void;
}

/** A seed on its way through the worker threads. */
interface SuiteJob extends SeedJob {
  readonly entry: number;
  /** What it came to before: this run is to see whether it does so again. */
  readonly before?: SeedResult;
  /** What it came to the second time, which was something else. */
  readonly differently?: SeedResult;
}

/** Seeds that a request has for a machine to run; Infinity when the time alone ends it. */
export function seedsToRun({ modes, cases, options, shard }: SuiteRequest): number {
  const counts = modes.map((mode) => plannedSeeds(mode, options) ?? Infinity);
  if (counts.includes(Infinity)) return Infinity;
  if (shard === undefined) return counts.reduce((sum, count) => sum + count, cases.length);
  const own = cases.filter((_, place) => belongsTo(shard, place)).length;
  // The rounds of a mode that are the shard's: every n-th from its first on.
  return counts.reduce((sum, count, mode) => {
    const first = (((shard.index - 1 - mode) % shard.of) + shard.of) % shard.of;
    return sum + Math.max(0, Math.ceil((count - first) / shard.of));
  }, own);
}

/** How many seeds a mode gets over all shards; undefined: as many as the time allows. */
function plannedSeeds({ seeds, fixed = false }: SuiteMode, options: SuiteReport["options"]): number | undefined {
  if (options.seeds !== null) return fixed ? seeds : options.seeds;
  return options.time === null ? seeds : undefined;
}

/** Runs what is requested, and sums it up. A seed that nobody foresaw is run twice, to see whether it can be trusted. */
export class SuiteRun {
  private readonly request: SuiteRequest;
  private readonly options: SuiteRunOptions;
  /** The cases, then the modes. */
  private readonly records: readonly EntryRecord[];
  private readonly fresh: Iterator<SuiteJob>;
  private readonly again: SuiteJob[] = [];
  private readonly startedAt = new Date().toISOString();
  private readonly begun = performance.now();
  private ended: SuiteReport["ended"] = "complete";
  private compared = false;

  constructor(request: SuiteRequest, options: SuiteRunOptions) {
    this.request = request;
    this.options = options;
    this.records = [
      ...request.cases.map(
        ({ source, plan, expectation }) =>
          new EntryRecord({
            scenario: plan.scenario,
            topology: plan.topology,
            case: source,
            expectation,
            firstSeed: plan.seed,
            planned: 1,
          }),
      ),
      ...request.modes.map(
        (mode) =>
          new EntryRecord({
            scenario: mode.scenario.name,
            topology: mode.topology,
            case: null,
            expectation: mode.expectation,
            firstSeed: request.options.firstSeed,
            planned: plannedSeeds(mode, request.options) ?? null,
            listed: request.listed === true,
          }),
      ),
    ];
    this.fresh = this.draw();
  }

  /** @throws WorkerStartError */
  async run(): Promise<SuiteReport> {
    const { interrupted, program } = this.options;
    const pool = new WorkerPool({ workers: this.request.workers, program });
    const stop = (): void => void pool.stop();
    interrupted.addEventListener("abort", stop);
    try {
      const jobs = { [Symbol.iterator]: () => ({ next: () => this.next() }) };
      if (!interrupted.aborted) await pool.run(jobs, (result, job) => this.take(result, job));
    } finally {
      interrupted.removeEventListener("abort", stop);
    }
    if (interrupted.aborted) this.ended = "interrupted";
    return this.report();
  }

  private *draw(): Generator<SuiteJob, undefined> {
    const { cases, modes, options, shard } = this.request;
    for (const [place, { plan }] of cases.entries()) {
      const { scenario, topology, seed } = plan;
      if (belongsTo(shard, place)) yield { entry: place, scenario, topology, seed, plan };
    }
    const counts = modes.map((mode) => plannedSeeds(mode, options) ?? Infinity);
    for (const { mode, seed } of drawSeeds(counts, options.firstSeed, shard)) {
      const { reference, topology } = modes[mode] as RequestedMode;
      yield { entry: cases.length + mode, scenario: reference, topology, seed };
    }
    return undefined;
  }

  /** Not a generator: one that has ended stays so, and a result yet to come may call for another run. */
  private next(): IteratorResult<SuiteJob, undefined> {
    const again = this.again.shift();
    if (again !== undefined) return { done: false, value: again };
    const { time } = this.request.options;
    if (this.ended === "complete" && time !== null && this.seconds >= time) this.ended = "time";
    return this.ended === "complete" ? this.fresh.next() : { done: true, value: undefined };
  }

  private take(result: SeedResult, job: SuiteJob): void {
    const record = this.records[job.entry] as EntryRecord;
    record.seconds += result.seconds;
    if (job.before !== undefined) {
      this.compare(job.before, result, job);
      return;
    }
    const unexpected = record.add(result);
    this.options.onResult?.(result, unexpected);
    if (!unexpected) return;
    if (this.request.options.bail && this.ended === "complete") this.ended = "bail";
    if (result.repeated !== true) this.again.push({ ...job, before: result });
  }

  private compare(before: SeedResult, result: SeedResult, job: SuiteJob): void {
    const record = this.records[job.entry] as EntryRecord;
    const second = job.differently ?? result;
    if (job.differently === undefined) {
      if (signature(before) === signature(result)) return;
      // Once is enough: what makes one seed differ makes the others.
      if (!this.compared) {
        this.compared = true;
        this.again.push({ ...job, differently: result, compare: true });
        return;
      }
    }
    record.distrust({
      seed: result.seed,
      fingerprints: [before, second].map(({ fingerprint }) => (fingerprint === "" ? "none" : fingerprint)),
      divergence: result.divergence ?? null,
    });
  }

  private get seconds(): number {
    return (performance.now() - this.begun) / 1000;
  }

  private report(): SuiteReport {
    const { suite, options, shard, workers } = this.request;
    const whole = shard === undefined || shard.of === 1;
    const entries = this.records.map((record) => record.finish(whole));
    const claims = this.request.claims.map((claim) => judgeClaim(claim, entries, whole));
    return {
      format: "faultline-report",
      schema: REPORT_SCHEMA,
      build,
      suite: suite ?? null,
      options,
      shard: shard === undefined ? null : { index: shard.index, of: shard.of },
      ended: this.ended,
      verdict: judgeSuite(entries, claims, this.ended),
      entries,
      claims,
      tables: this.request.tables.map((table) => fillTable(table, entries)),
      timings: {
        startedAt: this.startedAt,
        seconds: rounded(this.seconds),
        workers,
        entrySeconds: this.records.map(({ seconds }) => rounded(seconds)),
      },
    };
  }
}

/** What two runs of a seed have in common when they are the same run. */
function signature({ verdict, fingerprint, nodeDigest, failure }: SeedResult): string {
  return [verdict, fingerprint, nodeDigest, failure?.reason ?? ""].join(" ");
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
