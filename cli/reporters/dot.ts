import type { SuiteReport } from "../../report/suite-report.ts";
import { MAX_WIDTH } from "../terminal.ts";
import type { SeedResult } from "../worker-messages.ts";
import { ListReporter } from "./list.ts";

/** A mark for each seed as it ends, then what {@link ListReporter} says. */
export class DotReporter extends ListReporter {
  private column = 0;

  override result(result: SeedResult, unexpected: boolean): void {
    super.result(result, unexpected);
    if (this.column === MAX_WIDTH) {
      this.out.write("\n");
      this.column = 0;
    }
    this.column++;
    this.out.write(this.dot(result, unexpected));
  }

  override end(report: SuiteReport): void {
    if (this.column > 0) this.out.write("\n");
    super.end(report);
  }

  private dot({ verdict }: SeedResult, unexpected: boolean): string {
    const { out } = this;
    switch (verdict) {
      case "holds":
        return out.green(".");
      case "violated":
        return unexpected ? out.red("X") : out.yellow("x");
      case "excused":
        return out.yellow("e");
      case "unknown":
        return out.yellow("?");
      case "failed":
        return out.red("!");
    }
  }
}
