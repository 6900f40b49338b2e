import type { SuiteReport } from "../../report/suite-report.ts";
import type { SeedResult } from "../worker-messages.ts";

/** What is run, for the first line: "compaction-race · single · 200 seeds · 2 workers". */
export interface RunTitle {
  readonly name: string;
  readonly details: readonly string[];
}

/** Tells somebody, person or program, of a run. */
export interface Reporter {
  begin(title: RunTitle): void;
  /** A seed's run is over. Not called when reports are merged. */
  result(result: SeedResult, unexpected: boolean): void;
  /** @throws OutputError when it writes a file of its own, and cannot */
  end(report: SuiteReport): void;
}
