import type { SuiteReport } from "../report/suite-report.ts";

/** Exit codes of every command, as Jepsen has them. */
export const ExitCode = {
  AS_EXPECTED: 0,
  VIOLATION: 1,
  UNKNOWN: 2,
  USAGE: 254,
  INTERNAL: 255,
  INTERRUPTED: 130,
} as const;

/** What a report means to whoever called. */
export function exitCodeOf({ verdict, ended }: SuiteReport): number {
  if (ended === "interrupted") return ExitCode.INTERRUPTED;
  switch (verdict) {
    case "as-expected":
      return ExitCode.AS_EXPECTED;
    case "unexpected":
      return ExitCode.VIOLATION;
    case "undecided":
      return ExitCode.UNKNOWN;
    case "failed":
      return ExitCode.INTERNAL;
  }
}
