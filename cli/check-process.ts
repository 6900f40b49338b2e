import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { CheckRequest, FromChecker, Judgement, Unusable } from "./check-messages.ts";

/** What came of a history. */
export type CheckOutcome =
  | { readonly type: "judged"; readonly judgement: Judgement }
  | { readonly type: "unusable"; readonly problem: Unusable }
  /** It needs more memory than may be used; so many operations had been read. */
  | { readonly type: "too-large"; readonly read: number }
  | { readonly type: "stopped" }
  | { readonly type: "failed"; readonly message: string };

export interface CheckProcessOptions {
  /** Its bundled program. */
  readonly program: URL;
  /** The heap that it may use, in MiB. */
  readonly memory: number;
}

/** How much of what it says in its last moments is looked at: the reason stands before a long trace. */
const LAST_WORDS = 65_536;

/** What the engine says when memory, or room in one collection, is at its end. */
const OUT_OF_MEMORY = /out of memory|allocation failed|maximum size exceeded|invalid (typed )?array length/i;

/**
 * Judges histories in a process of its own, since one that runs out of memory takes its whole process with it: a thread's
 * limit ends it in good order only when what it asks for last is small.
 */
export class CheckProcess {
  private readonly options: CheckProcessOptions;
  private child: ChildProcess | undefined;
  private lastWords = "";
  private stopped = false;

  constructor(options: CheckProcessOptions) {
    this.options = options;
  }

  /** Judges one history at a time. @param onRead told how many operations have been read, from time to time */
  async judge(request: CheckRequest, onRead: (operations: number) => void = () => undefined): Promise<CheckOutcome> {
    if (this.stopped) return { type: "stopped" };
    const child = (this.child ??= this.start());
    let read = 0;
    return new Promise((resolve) => {
      const onMessage = (message: FromChecker): void => {
        if (message.type === "read") {
          read = message.operations;
          onRead(read);
          return;
        }
        settle(message);
      };
      const onClose = (code: number | null, signal: NodeJS.Signals | null): void => {
        this.child = undefined;
        if (this.stopped) settle({ type: "stopped" });
        else if (this.ranOutOfMemory(signal)) settle({ type: "too-large", read });
        else settle({ type: "failed", message: this.lastWords.trim() || `ended with ${signal ?? String(code)}` });
      };
      // It could not be started, or ended just before it was told what to do.
      const onError = (error: Error): void => {
        this.child = undefined;
        settle({ type: "failed", message: error.message });
      };
      const settle = (outcome: CheckOutcome): void => {
        child.off("message", onMessage).off("close", onClose).off("error", onError);
        resolve(outcome);
      };
      child.on("message", onMessage).on("close", onClose).on("error", onError);
      child.send(request);
    });
  }

  /** Ends what is being judged; nothing is judged any more. */
  stop(): void {
    this.stopped = true;
    this.end();
  }

  /** Lets the process go. */
  end(): void {
    this.child?.kill("SIGKILL");
  }

  private start(): ChildProcess {
    const { program, memory } = this.options;
    const child = fork(fileURLToPath(program), {
      execArgv: [`--max-old-space-size=${memory}`],
      serialization: "advanced",
      stdio: ["inherit", "ignore", "pipe", "ipc"],
    });
    // What happens to it between two histories shows when the next is asked for.
    child.on("error", () => undefined);
    this.lastWords = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.lastWords = (this.lastWords + text).slice(0, LAST_WORDS);
    });
    return child;
  }

  /** The machine's own limit ends a process without a word. */
  private ranOutOfMemory(signal: NodeJS.Signals | null): boolean {
    return signal === "SIGKILL" || OUT_OF_MEMORY.test(this.lastWords);
  }
}
