import type { Terminal } from "../terminal.ts";

/** What a command works with. */
export interface CommandContext {
  readonly out: Terminal;
  readonly err: Terminal;
  /** Aborted when the user asks to stop: finish within a second, say what was done. */
  readonly interrupted: AbortSignal;
}

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** How to call it, a line each. */
  readonly usage: readonly string[];
  /** @returns the exit code; throws UsageError when the words make no sense */
  run(words: readonly string[], context: CommandContext): Promise<number>;
}
