import type { Language } from "../../report/messages/render.ts";
import type { SuiteReport } from "../../report/suite-report.ts";
import { oneOf } from "../arguments.ts";
import { OutputError, writeOutput } from "../output-file.ts";
import { textTerminal, type Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import type { SeedResult } from "../worker-messages.ts";
import { DotReporter } from "./dot.ts";
import { GitHubReporter } from "./github.ts";
import { JsonReporter } from "./json.ts";
import { JUnitReporter } from "./junit.ts";
import { ListReporter } from "./list.ts";
import type { Reporter, RunTitle } from "./reporter.ts";

/** @param language of what is said of claims */
type MakeReporter = (out: Terminal, language: Language) => Reporter;

const REPORTERS: ReadonlyMap<string, MakeReporter> = new Map<string, MakeReporter>([
  ["list", (out, language) => new ListReporter(out, language)],
  ["dot", (out, language) => new DotReporter(out, language)],
  ["json", (out) => new JsonReporter(out)],
  ["junit", (out) => new JUnitReporter(out)],
  ["github", (out) => new GitHubReporter(out, process.env["GITHUB_STEP_SUMMARY"])],
]);

interface Placed {
  readonly name: string;
  readonly reporter: Reporter;
  /** Where what it wrote goes when all is done; undefined: it has been shown already. */
  readonly file: { readonly path: string; readonly paper: { readonly text: string } } | undefined;
}

/** The reporters that a command was given, each on the terminal or on its way to a file. */
export class ReporterSet {
  private readonly placed: readonly Placed[];

  /**
   * @param words as they were typed: "list", "junit=out/junit.xml"; none: list
   * @param language of what is said of claims
   * @throws UsageError for an unknown reporter, a file without a name, or one file for two
   */
  constructor(words: readonly string[], out: Terminal, language: Language = "en") {
    const paths = new Set<string>();
    this.placed = (words.length === 0 ? ["list"] : words).map((word): Placed => {
      const equals = word.indexOf("=");
      const name = equals === -1 ? word : word.slice(0, equals);
      const make = oneOf("reporter", name, REPORTERS);
      if (equals === -1) return { name, reporter: make(out, language), file: undefined };
      const path = word.slice(equals + 1);
      if (path === "") throw new UsageError(`--reporter ${word}: which file?`, `for example ${name}=out/report`);
      if (paths.has(path)) throw new UsageError(`--reporter: two reporters would write ${path}`);
      paths.add(path);
      const paper = textTerminal();
      return { name, reporter: make(paper, language), file: { path, paper } };
    });
  }

  /** Whether one of them draws on the terminal while the run goes on. */
  get drawing(): boolean {
    return this.placed.some(({ name, file }) => name === "dot" && file === undefined);
  }

  begin(title: RunTitle): void {
    for (const { reporter } of this.placed) reporter.begin(title);
  }

  result(result: SeedResult, unexpected: boolean): void {
    for (const { reporter } of this.placed) reporter.result(result, unexpected);
  }

  /** Ends them all. @returns what could not be written; the others were */
  end(report: SuiteReport): OutputError[] {
    const errors: OutputError[] = [];
    // The commands to go on with are the last that a person should see.
    const readLast = ({ name, file }: Placed): number => (file === undefined && /^(list|dot)$/.test(name) ? 1 : 0);
    for (const { reporter, file } of [...this.placed].sort((a, b) => readLast(a) - readLast(b))) {
      try {
        reporter.end(report);
        if (file !== undefined) writeOutput(file.path, file.paper.text);
      } catch (error) {
        if (!(error instanceof OutputError)) throw error;
        errors.push(error);
      }
    }
    return errors;
  }
}
