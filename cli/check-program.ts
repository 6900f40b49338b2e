/** The process that judges histories for `faultline check`: one after the other, as it is told. */
import type { CheckRequest, FromChecker } from "./check-messages.ts";
import { judgeFile } from "./judge-file.ts";

/** The least number of operations between two reports. */
const REPORT_EVERY = 10_000;

function send(message: FromChecker): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(message, () => resolve());
  });
}

// Ctrl-C reaches all processes of a terminal; the one that started this one says what comes of it.
process.on("SIGINT", () => undefined);
process.on("message", (request: CheckRequest) => {
  let told = 0;
  const onProgress = (operations: number): void => {
    if (operations < told + REPORT_EVERY) return;
    told = operations;
    void send({ type: "read", operations });
  };
  judgeFile(request, onProgress).then(send, (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
});
process.on("disconnect", () => process.exit(0));
