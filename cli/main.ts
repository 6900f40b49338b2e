import { commands } from "./commands/all.ts";
import { oneOf } from "./arguments.ts";
import { build } from "./build.ts";
import { ExitCode } from "./exit-code.ts";
import { MAX_WIDTH, terminal, wrap } from "./terminal.ts";
import { OutputError } from "./output-file.ts";
import { UsageError } from "./usage-error.ts";

const HELP_WORDS: ReadonlySet<string> = new Set(["help", "--help", "-h"]);
const VERSION_WORDS: ReadonlySet<string> = new Set(["version", "--version", "-v"]);

async function main(words: readonly string[]): Promise<number> {
  const out = terminal(process.stdout);
  const err = terminal(process.stderr);
  const interruption = new AbortController();
  process.on("SIGINT", () => {
    // A second Ctrl-C means now.
    if (interruption.signal.aborted) process.exit(ExitCode.INTERRUPTED);
    interruption.abort();
  });
  const [name, ...rest] = words;
  try {
    if (name !== undefined && VERSION_WORDS.has(name)) {
      out.write(`faultline, build ${build}\n`);
      return ExitCode.AS_EXPECTED;
    }
    if (name === undefined || HELP_WORDS.has(name)) {
      await printHelp(out, rest[0]);
      return ExitCode.AS_EXPECTED;
    }
    const command = await oneOf("command", name, commands)();
    if (rest.some((word) => HELP_WORDS.has(word) && word !== "help")) {
      await printHelp(out, name);
      return ExitCode.AS_EXPECTED;
    }
    return await command.run(rest, { out, err, interrupted: interruption.signal });
  } catch (error) {
    if (error instanceof UsageError) {
      err.write(`${err.red("error:")} ${error.message}\n`);
      for (const hint of error.hints) err.write(`${wrap(`  ${hint}`, MAX_WIDTH, "    ").join("\n")}\n`);
      return ExitCode.USAGE;
    }
    const message = error instanceof Error ? error.message : String(error);
    // A file that cannot be written is nobody's mistake but the disk's; the code tells programs that the result is not there.
    const what = error instanceof OutputError ? "error:" : "internal error:";
    err.write(`${err.red(what)} ${message}\n`);
    if (process.env["FAULTLINE_DEBUG"] !== undefined && error instanceof Error) err.write(`${error.stack ?? ""}\n`);
    return ExitCode.INTERNAL;
  }
}

async function printHelp(out: ReturnType<typeof terminal>, name: string | undefined): Promise<void> {
  if (name !== undefined) {
    const command = await oneOf("command", name, commands)();
    out.write(`${command.summary}\n\n${command.usage.map((line) => `  ${line}`).join("\n")}\n`);
    return;
  }
  out.write("faultline: simulates replicated LSM storage under failures, and judges what each design promises\n\n");
  const all = await Promise.all([...commands.values()].map((load) => load()));
  const width = Math.max(...all.map((command) => command.name.length));
  for (const command of all) out.write(`  ${out.bold(command.name.padEnd(width))}  ${command.summary}\n`);
  out.write(`  ${out.bold("help".padEnd(width))}  show how a command is called: faultline help run\n`);
}

/** Output that nobody takes must not change what the exit code says; output that cannot be written must. */
function watchOutput(stream: NodeJS.WriteStream): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough (| head) is no error: go on in silence.
    if (error.code === "EPIPE") return;
    if (stream !== process.stderr) process.stderr.write(`internal error: output cannot be written: ${error.message}\n`);
    process.exit(ExitCode.INTERNAL);
  });
}

watchOutput(process.stdout);
watchOutput(process.stderr);
process.exitCode = await main(process.argv.slice(2));
