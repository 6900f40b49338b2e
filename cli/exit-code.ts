/** Exit codes of every command, as Jepsen has them. */
export const ExitCode = {
  AS_EXPECTED: 0,
  VIOLATION: 1,
  UNKNOWN: 2,
  USAGE: 254,
  INTERNAL: 255,
  INTERRUPTED: 130,
} as const;
