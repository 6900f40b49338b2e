import { totalmem } from "node:os";
import { consistencyModels, models, type CheckOptions, type HistoryModel } from "../../checkers/catalogue.ts";
import { parseEdn } from "../../checkers/formats/edn.ts";
import { HistoryFormatError } from "../../checkers/formats/format-error.ts";
import type { HistoryValue } from "../../checkers/history.ts";
import { languages, type Language } from "../../report/messages/render.ts";
import { oneOf, parseArguments, wholeNumber } from "../arguments.ts";
import type { CheckRequest } from "../check-messages.ts";
import { CheckProcess, type CheckOutcome } from "../check-process.ts";
import { ExitCode } from "../exit-code.ts";
import { judgementJson } from "../judgement-json.ts";
import { JudgementPrinter, shownName } from "../print-judgement.ts";
import { UsageError } from "../usage-error.ts";
import { checkProgram } from "../worker-program.ts";
import type { Command, CommandContext } from "./command.ts";

const MEBIBYTE = 1_048_576;

/** Of what a check may use when nothing is said, in MiB. */
const MOST_MEMORY = 4_096;

const LEAST_MEMORY = 64;

interface Request {
  readonly checks: readonly CheckRequest[];
  readonly json: boolean;
  readonly language: Language;
  /** MiB. */
  readonly memory: number;
}

const modelWidth = Math.max(...[...models.keys()].map((name) => name.length));

export const check: Command = {
  name: "check",
  summary: "judge recorded histories: anyone's, from JSON, EDN or Jepsen's logs",
  usage: [
    "faultline check FILE... --model MODEL   each file is one history; - is standard input",
    "  --keyed               values are pairs [key value], as Jepsen's independent makes them",
    "  --init VALUE          what is there before the first operation, as JSON or EDN",
    "  --consistency NAME    list-append: what transactions are promised; strict-serializable unless given",
    "  --total N             bank: what all accounts hold together; as the first read says unless given",
    "  --negative-balances   bank: accounts may hold less than nothing",
    "  --linearizable        set-full: a read must see what was known before it began",
    "  --steps N             give up after so many steps of a search; the answer is then unknown",
    "  --memory MIB          give up beyond so much memory; the answer is then unknown",
    "  --json                a line of JSON a file, as docs/checking.md describes it",
    "  --lang LANG           en or zh-CN",
    "",
    "formats, recognised by content, compressed by gzip or not:",
    "  JSON, an operation a line, or one array of operations",
    "  EDN, a map after the other, or one vector of maps, tagged or not",
    "  Jepsen's logs and history.txt: INFO  jepsen.util - 3  :invoke  :cas  [1 4]",
    "",
    "models:",
    ...[...models.values()].map(({ name, summary }) => `  ${name.padEnd(modelWidth)}  ${summary}`),
    "",
    "exit codes: 0 valid, 1 invalid, 2 unknown, 254 a file that cannot be used; of several files, the",
    "worst: a file that cannot be used, then an invalid one, then an unknown one",
  ],

  async run(words, context) {
    const request = parseRequest(words);
    const checker = new CheckProcess({ program: checkProgram, memory: request.memory });
    const stop = (): void => checker.stop();
    context.interrupted.addEventListener("abort", stop);
    try {
      return await judgeAll(checker, request, context);
    } finally {
      context.interrupted.removeEventListener("abort", stop);
      checker.end();
    }
  },
};

/** @throws UsageError */
function parseRequest(words: readonly string[]): Request {
  const parsed = parseArguments(
    "check",
    words,
    {
      model: { type: "string" },
      keyed: { type: "boolean" },
      init: { type: "string" },
      steps: { type: "string" },
      memory: { type: "string" },
      consistency: { type: "string" },
      total: { type: "string" },
      "negative-balances": { type: "boolean" },
      linearizable: { type: "boolean" },
      json: { type: "boolean" },
      lang: { type: "string" },
    },
    Infinity,
  );
  const { model, memory, lang = "en" } = parsed.values as Record<string, string | undefined>;
  const names = [...models.keys()].join(", ");
  if (parsed.words.length === 0) {
    throw new UsageError("faultline check: which file?", "faultline check FILE... --model MODEL; - is standard input");
  }
  if (model === undefined) throw new UsageError("faultline check: by which model?", `--model with one of: ${names}`);
  const options = optionsFor(oneOf("model", model, models), parsed.values);
  if (parsed.words.filter((file) => file === "-").length > 1) {
    throw new UsageError("faultline check: standard input (-) can be read once");
  }
  if (!languages.includes(lang as Language)) {
    throw new UsageError(`--lang: no language '${lang}'`, `valid: ${languages.join(", ")}`);
  }
  return {
    checks: parsed.words.map((file) => ({
      file,
      model,
      keyed: parsed.values["keyed"] === true,
      options,
    })),
    json: parsed.values["json"] === true,
    language: lang as Language,
    memory: memory === undefined ? defaultMemory() : wholeNumber("memory", memory, LEAST_MEMORY, 1_048_576),
  };
}

/** @throws UsageError for a value that makes no sense, or an option that does not concern the model */
function optionsFor(model: HistoryModel, values: Readonly<Record<string, string | boolean | undefined>>): CheckOptions {
  const { init, steps, consistency, total } = values as Record<string, string | undefined>;
  const options: CheckOptions = {
    ...(init === undefined ? {} : { init: initialValue(init) }),
    ...(steps === undefined ? {} : { steps: wholeNumber("steps", steps, 1) }),
    ...(consistency === undefined
      ? {}
      : { consistency: oneOf("consistency", consistency, new Map(consistencyModels.map((name) => [name, name]))) }),
    ...(total === undefined ? {} : { total: wholeNumber("total", total, 0) }),
    ...(values["negative-balances"] === true ? { negativeBalances: true } : {}),
    ...(values["linearizable"] === true ? { linearizable: true } : {}),
  };
  for (const name of Object.keys(options) as (keyof CheckOptions)[]) {
    if (model.options.includes(name)) continue;
    const others = [...models.values()].filter((other) => other.options.includes(name)).map((other) => other.name);
    const words = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(`--${words} means nothing to model '${model.name}'`, `it is for: ${others.join(", ")}`);
  }
  return options;
}

/** Half of what the machine has, or of what this process may have of it. */
function defaultMemory(): number {
  const limit = process.constrainedMemory();
  const available = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  return Math.max(LEAST_MEMORY, Math.min(MOST_MEMORY, Math.floor(available / 2 / MEBIBYTE)));
}

function initialValue(text: string): HistoryValue {
  try {
    return JSON.parse(text) as HistoryValue;
  } catch {
    // EDN, then, of which more is text: nil, a name, a list without commas.
  }
  try {
    const value = parseEdn(text);
    if (value !== undefined) return value;
  } catch (error) {
    if (!(error instanceof HistoryFormatError)) throw error;
  }
  throw new UsageError(`--init: '${text}' is no value in JSON or EDN`, 'write it as 0, nil, "text" or [1,2]');
}

async function judgeAll(checker: CheckProcess, request: Request, context: CommandContext): Promise<number> {
  const { checks, json, language, memory } = request;
  const { out, err, interrupted } = context;
  const files = checks.map(({ file }) => file);
  const printer = new JudgementPrinter(out, language, files);
  const codes: number[] = [];
  for (const check of checks) {
    const outcome = await checker.judge(check, (operations) => {
      if (!json) printer.reading(check.file, operations);
    });
    if (interrupted.aborted) {
      if (!json) printer.interrupted(codes.length, files.length);
      return ExitCode.INTERRUPTED;
    }
    const reason =
      outcome.type === "too-large" ? { id: "check-too-large", params: { memory, read: outcome.read } } : undefined;
    if (json) out.write(`${judgementJson(check, outcome, reason, language)}\n`);
    else printer.outcome(check.file, outcome, reason);
    const mistake = mistakeOf(outcome);
    if (mistake !== undefined) err.write(`${err.red("error:")} ${shownName(check.file)}${mistake}\n`);
    codes.push(exitCode(outcome));
  }
  return BY_SEVERITY.find((code) => codes.includes(code)) ?? ExitCode.AS_EXPECTED;
}

/** Why there is no verdict, after the name of the file. */
function mistakeOf(outcome: CheckOutcome): string | undefined {
  if (outcome.type === "failed") return `: internal error: ${outcome.message}`;
  if (outcome.type !== "unusable") return undefined;
  const { line, reason } = outcome.problem;
  return `${line === undefined ? "" : `:${line}`}: ${reason}`;
}

/** What several files come to: a violation is certain, whatever else is not known. */
const BY_SEVERITY = [ExitCode.INTERNAL, ExitCode.USAGE, ExitCode.VIOLATION, ExitCode.UNKNOWN] as const;

function exitCode(outcome: CheckOutcome): number {
  switch (outcome.type) {
    case "judged":
      return { valid: ExitCode.AS_EXPECTED, invalid: ExitCode.VIOLATION, unknown: ExitCode.UNKNOWN }[
        outcome.judgement.verdict
      ];
    case "unusable":
      return ExitCode.USAGE;
    case "too-large":
      return ExitCode.UNKNOWN;
    case "stopped":
      return ExitCode.INTERRUPTED;
    case "failed":
      return ExitCode.INTERNAL;
  }
}
