/** The worker of the page: floors 0 to 5, carrying out one run at a time. */
import { MessagePortDrain } from "../../host/browser/message-port-drain.ts";
import { carryOut } from "./carry-out.ts";
import type { FromEngineRoom, ToEngineRoom } from "./messages.ts";

const drain = new MessagePortDrain();
const build = __FAULTLINE_BUILD__.slice(0, 7);

function answer(message: FromEngineRoom): void {
  globalThis.postMessage(message);
}

globalThis.addEventListener("message", ({ data }: MessageEvent<ToEngineRoom>) => {
  carryOut(data, {
    drain,
    build,
    now: () => performance.now(),
    onProgress: (events, phase) => answer({ type: "progress", events, phase }),
  }).then(
    (outcome) => answer({ type: "done", outcome }),
    (error: unknown) => answer({ type: "refused", reason: error instanceof Error ? error.message : String(error) }),
  );
});
