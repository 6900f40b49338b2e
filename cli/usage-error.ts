/** The command line cannot be carried out as given: one clear line, what is valid, exit code 254. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  /** What to do instead, a line each. */
  readonly hints: readonly string[];

  constructor(message: string, ...hints: string[]) {
    super(message);
    this.hints = hints;
  }
}
