import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { basename, isAbsolute, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import * as v from "valibot";
import { scenarios, topologies, topologyNamed } from "../scenarios/catalogue.ts";
import { drawPlan } from "../scenarios/draw-plan.ts";
import { parsePlan, PlanShapeError } from "../scenarios/plan-schema.ts";
import { FINDING_KINDS, type Scenario } from "../scenarios/scenario.ts";
import { traceScenario } from "../scenarios/trace-scenario.ts";
import { OperationTraceError } from "../scenarios/traces/operation-trace.ts";
import { oneOf } from "./arguments.ts";
import { UsageError } from "./usage-error.ts";

/** Whether a word names a file rather than a scenario of this build. */
export function isScenarioFile(word: string): boolean {
  return /[/\\]|\.[cm]?[jt]s$/.test(word) || isTraceFile(word);
}

/** Whether a word names a recorded operation trace. */
function isTraceFile(word: string): boolean {
  return /\.(csv|jsonl|ndjson)$/i.test(word);
}

/** What worker threads are told: they may be anywhere, so a file by its whole path. */
export function scenarioReference(word: string): string {
  return isScenarioFile(word) ? resolve(word) : word;
}

/** Hash of a user's scenario file, which no build's hash covers; undefined for a scenario of the build. */
export async function scenarioHash(word: string): Promise<string | undefined> {
  if (!isScenarioFile(word)) return undefined;
  return createHash("sha256")
    .update(await readFile(resolve(word)))
    .digest("hex")
    .slice(0, 12);
}

/**
 * A scenario by its name, or by the path of a module whose default export it is.
 *
 * @throws UsageError when there is none of that name, and when the file cannot be read or is no scenario
 */
export async function loadScenario(nameOrPath: string): Promise<Scenario> {
  if (!isScenarioFile(nameOrPath)) return oneOf("scenario", nameOrPath, scenarios);
  if (isTraceFile(nameOrPath)) return loadTrace(nameOrPath);
  const exported = await importDefault(nameOrPath);
  const parsed = v.safeParse(scenarioSchema, exported);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw notAScenario(nameOrPath, `${v.getDotPath(issue) ?? "default export"}: ${issue.message}`);
  }
  // Kept as it was exported: its methods may rest on what only the module knows.
  const scenario = exported as Scenario;
  tryPlan(nameOrPath, scenario);
  return scenario;
}

/** A scenario in which clients do what a recorded trace has. @throws UsageError with the line that makes no sense */
async function loadTrace(word: string): Promise<Scenario> {
  const path = resolve(word);
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `trace ${word}: ${code === "ENOENT" ? "there is no such file" : `it cannot be read (${code ?? ""})`}`,
    );
  });
  try {
    return traceScenario(basename(word).replace(/\.[^.]*$/, ""), text);
  } catch (error) {
    if (!(error instanceof OperationTraceError)) throw error;
    throw new UsageError(
      `trace ${word}: ${error.message}`,
      "docs/workloads.md shows what a trace looks like: time, operation, key, value size",
    );
  }
}

async function importDefault(word: string): Promise<unknown> {
  const path = isAbsolute(word) ? word : resolve(word);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    throw new UsageError(`scenario file ${word}: there is no such file`, `looked for ${path}`);
  }
  if (!found.isFile()) throw new UsageError(`scenario file ${word}: it is no file`);
  let module: Record<string, unknown>;
  try {
    module = (await import(/* @vite-ignore */ pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (error) {
    throw cannotLoad(word, error);
  }
  if (module["default"] === undefined) {
    const names = Object.keys(module).join(", ") || "nothing";
    throw notAScenario(word, `it has no default export (it exports ${names})`);
  }
  return module["default"];
}

function cannotLoad(word: string, error: unknown): UsageError {
  const { code, message } = error instanceof Error ? (error as NodeJS.ErrnoException) : { code: "", message: "" };
  const reason = message === "" ? String(error) : (message.split("\n")[0] ?? "");
  if (code === "ERR_UNKNOWN_FILE_EXTENSION") {
    return new UsageError(
      `scenario file ${word}: Node ${process.versions.node} does not read TypeScript`,
      "give it as JavaScript (.mjs), or use Node 22.18 or newer",
    );
  }
  return new UsageError(
    `scenario file ${word} cannot be loaded: ${reason}`,
    "it is a JavaScript module whose default export is a scenario",
  );
}

function notAScenario(word: string, reason: string): UsageError {
  return new UsageError(
    `scenario file ${word}: ${reason}`,
    "its default export must be a scenario: name, summary, claims, expectations, plan",
    "the README shows a complete one, under 'A scenario of your own'",
  );
}

/** Valibot tells of a missing property with the object's message. */
const objectMessage =
  (what: string) =>
  ({ expected }: { readonly expected: string | null }) =>
    expected === "Object" ? `${what} must be an object` : `${expected ?? ""} is missing`;

const text = (what: string) => v.pipe(v.string(`${what} must be a text`), v.nonEmpty(`${what} must not be empty`));

const findingKind = v.picklist(FINDING_KINDS, ({ input }) => `there is no kind of finding ${String(input)}`);

const expectationSchema = v.variant(
  "kind",
  [
    v.object({ kind: v.literal("holds") }),
    v.object({
      kind: v.literal("violates"),
      finding: findingKind,
      claim: v.exactOptional(text("claim")),
      withinSeeds: v.pipe(v.number("withinSeeds must be a number"), v.safeInteger(), v.minValue(1)),
      also: v.array(findingKind, "also must be a list of kinds of findings"),
    }),
  ],
  "an expectation must have the kind 'holds' or 'violates'",
);

const scenarioSchema = v.object(
  {
    name: v.pipe(
      text("name"),
      v.regex(/^[A-Za-z0-9][\w.-]*$/, "name must consist of letters, digits, '-', '_' and '.'"),
    ),
    summary: text("summary"),
    claims: v.array(text("a claim"), "claims must be a list of texts; an empty one will do"),
    expectations: v.pipe(
      v.map(
        v.pipe(
          v.string(),
          v.check(
            (id) => topologyNamed(id) !== undefined,
            ({ input }) => `there is no topology '${input}'; there are ${[...topologies.keys()].join(", ")}`,
          ),
        ),
        expectationSchema,
        "expectations must be a Map from topologies to what is expected of them",
      ),
      v.minSize(1, "expectations must name at least one topology"),
    ),
    plan: v.function("plan must be a function"),
  },
  objectMessage("the default export"),
);

/** Draws a plan: what is wrong with a scenario shows here, once, rather than as the failure of every seed. */
function tryPlan(word: string, scenario: Scenario): void {
  const [topology = ""] = scenario.expectations.keys();
  let plan;
  try {
    plan = drawPlan(scenario, topology, 1);
  } catch (error) {
    throw notAScenario(word, `plan() failed: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    parsePlan(plan);
  } catch (error) {
    if (!(error instanceof PlanShapeError)) throw error;
    throw notAScenario(word, `plan(): ${error.message}`);
  }
}
