import { spawn } from "node:child_process";
import { join } from "node:path";

const LAUNCHER = join(import.meta.dirname, "../../../cli/faultline.js");

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs the command line as a user does; with `interruptAfter`, presses Ctrl-C once the output contains that text; with `input`,
 * gives it that on standard input.
 */
export function faultline(words: string, interruptAfter?: string, input?: string | Uint8Array): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [LAUNCHER, ...words.split(" ")], {
      env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: "" },
    });
    // Whoever reads no further than the first mistake closes its end.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    let out = "";
    let err = "";
    let interrupting = false;
    child.stdout.on("data", (data: Buffer) => {
      out += data.toString();
      if (interruptAfter !== undefined && !interrupting && out.includes(interruptAfter)) {
        interrupting = true;
        setTimeout(() => child.kill("SIGINT"), 500);
      }
    });
    child.stderr.on("data", (data: Buffer) => (err += data.toString()));
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code, out, err });
    });
  });
}
