import { availableParallelism } from "node:os";
import type { SuiteReport } from "../report/suite-report.ts";
import { scenarios, topologies } from "../scenarios/catalogue.ts";
import { coveredBy } from "../scenarios/claims/entries-for.ts";
import { ledger } from "../scenarios/claims/ledger.ts";
import { modesOf, type Shard, type Suite } from "../scenarios/suite.ts";
import { suites } from "../scenarios/suites.ts";
import { oneOf, parseArguments, wholeNumber } from "./arguments.ts";
import { chooseAny, MAX_SEED, type Choice } from "./commands/choose.ts";
import { parseDuration } from "./duration.ts";
import { scenarioHash, scenarioReference } from "./load-scenario.ts";
import { seedsToRun, type SuiteRequest } from "./suite-run.ts";
import { UsageError } from "./usage-error.ts";

const DEFAULT_SEEDS = 100;
/** Of each mode, in one run. */
export const MOST_SEEDS = 1_000_000_000;
const MOST_SHARDS = 10_000;

/** What `faultline run` was asked for. */
export interface RunOptions {
  readonly request: SuiteRequest;
  readonly reporters: readonly string[];
  readonly blob: string | undefined;
}

/** Reads the words after `faultline run`. @throws UsageError */
export async function parseRunOptions(words: readonly string[]): Promise<RunOptions> {
  const parsed = parseArguments(
    "run",
    words,
    {
      suite: { type: "string" },
      topology: { type: "string" },
      seeds: { type: "string" },
      seed: { type: "string" },
      "seed-base": { type: "string" },
      time: { type: "string" },
      bail: { type: "boolean" },
      workers: { type: "string" },
      shard: { type: "string" },
      blob: { type: "string" },
      reporter: { type: "string", multiple: true },
    },
    1,
  );
  const { bail, ...rest } = parsed.values;
  const values = rest as Record<string, string | undefined>;
  const { suite, topology, seed, shard, blob } = values;
  const [scenario] = parsed.words;
  if (suite !== undefined && scenario !== undefined) {
    throw new UsageError(`a scenario (${scenario}) and --suite exclude each other`);
  }
  if (suite === undefined && scenario === undefined) {
    throw new UsageError(
      "faultline run: which scenario?",
      `valid: ${[...scenarios.keys()].join(", ")}, or the path of your own`,
      `or a suite: ${[...suites.keys()].map((name) => `--suite ${name}`).join(", ")}`,
    );
  }
  for (const option of ["seeds", "seed-base", "time"]) {
    if (seed !== undefined && values[option] !== undefined) {
      throw new UsageError(`--seed and --${option} exclude each other`);
    }
  }
  const options = { ...seedOptions(values), bail: bail === true, topology: topology ?? null };
  const part = shard === undefined ? undefined : parseShard(shard);
  const request =
    suite === undefined
      ? await requestScenario(await chooseAny("run", scenario, topology), options, part)
      : requestSuite(oneOf("suite", suite, suites), options, part);
  const lanes =
    values["workers"] === undefined ? availableParallelism() : wholeNumber("workers", values["workers"], 1, 256);
  const workers = Math.max(1, Math.min(lanes, seedsToRun(request)));
  return { request: { ...request, workers }, reporters: parsed.lists["reporter"] ?? [], blob };
}

type SharedOptions = Omit<SuiteReport["options"], "scenario" | "scenarioHash">;

function seedOptions(
  values: Readonly<Record<string, string | undefined>>,
): Pick<SharedOptions, "seeds" | "firstSeed" | "time"> {
  const { seed, seeds, time } = values;
  const base = values["seed-base"];
  if (seed !== undefined) return { seeds: 1, firstSeed: wholeNumber("seed", seed, 0, MAX_SEED), time: null };
  return {
    seeds: seeds === undefined ? null : wholeNumber("seeds", seeds, 1, MOST_SEEDS),
    firstSeed: base === undefined ? 1 : wholeNumber("seed-base", base, 0, MAX_SEED - MOST_SEEDS),
    time: time === undefined ? null : parseDuration("time", time),
  };
}

/** A scenario alone, as it is run without options but those given. */
export async function requestScenario(
  { scenario, word, topology, expectation }: Choice,
  options: SharedOptions,
  shard: Shard | undefined,
): Promise<SuiteRequest> {
  const mode = { scenario, topology, expectation, seeds: DEFAULT_SEEDS, reference: scenarioReference(word) };
  const request = {
    suite: undefined,
    modes: [mode],
    cases: [],
    claims: [],
    tables: [],
    options: { scenario: word, scenarioHash: (await scenarioHash(word)) ?? null, ...options },
    shard,
    workers: availableParallelism(),
  };
  return request;
}

/** A suite, as it is run without options but those given. @throws UsageError when it runs nothing on the topology asked for */
export function requestSuite(suite: Suite, options: SharedOptions, shard: Shard | undefined): SuiteRequest {
  const { topology } = options;
  const all = modesOf(suite, scenarios).map((mode) => ({ ...mode, reference: mode.scenario.name }));
  let [modes, cases] = [all, suite.cases];
  if (topology !== null) {
    oneOf("topology", topology, topologies);
    modes = all.filter((mode) => mode.topology === topology);
    cases = suite.cases.filter(({ plan }) => plan.topology === topology);
    if (modes.length === 0) {
      const valid = [...new Set(all.map((mode) => mode.topology))].join(", ");
      throw new UsageError(`suite ${suite.name} runs nothing on ${topology}`, `it runs on: ${valid}`);
    }
  }
  return {
    suite: suite.name,
    modes,
    cases,
    claims: coveredBy(
      [...ledger.values()],
      modes.map(({ scenario, topology: id }) => ({ scenario: scenario.name, topology: id })),
    ),
    tables: suite.tables ?? [],
    options: { scenario: null, scenarioHash: null, ...options },
    shard,
    workers: availableParallelism(),
  };
}

function parseShard(text: string): Shard {
  const [, index = "", of = ""] = /^(\d{1,5})\/(\d{1,5})$/.exec(text) ?? [];
  const shard = { index: Number(index), of: Number(of) };
  if (index === "" || shard.index < 1 || shard.index > shard.of || shard.of > MOST_SHARDS) {
    throw new UsageError(`--shard: '${text}' is no shard`, "write it as 2/4: the second of four, counted from 1");
  }
  return shard;
}
