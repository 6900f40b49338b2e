import type { SuiteReport } from "../../report/suite-report.ts";
import type { Terminal } from "../terminal.ts";
import type { Reporter } from "./reporter.ts";

/** For programs: the report as it is, see report/suite-report.ts. */
export class JsonReporter implements Reporter {
  private readonly out: Terminal;

  constructor(out: Terminal) {
    this.out = out;
  }

  begin(): void {}

  result(): void {}

  end(report: SuiteReport): void {
    this.out.write(`${JSON.stringify(report, null, 2)}\n`);
  }
}
