/** Runs in a worker of the page: the soundness of the drain here, its speed, and the fingerprints of seeds. */
import { MessagePortDrain } from "../../../host/browser/message-port-drain.ts";
import { fingerprints } from "../../../scenarios/fingerprint-suite.ts";
import type { BrowserAnswer } from "../browser-answer.ts";
import { checkDrain, measureDrain } from "./drain-checks.ts";

globalThis.addEventListener("message", (event: MessageEvent<number>) => {
  const drain = new MessagePortDrain();
  const answer = async (): Promise<BrowserAnswer> => ({
    faults: await checkDrain(drain, new MessagePortDrain()),
    stepsPerSecond: await measureDrain(drain),
    fingerprints: await fingerprints(drain, event.data),
  });
  answer().then(
    (value) => {
      globalThis.postMessage({ value });
    },
    (error: unknown) => {
      globalThis.postMessage({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    },
  );
});
