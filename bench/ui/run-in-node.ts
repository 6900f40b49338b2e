import { NodeDrain } from "../../host/nodejs/drain.ts";
import { carryOut } from "../../report-ui/engine-room/carry-out.ts";
import type { RunSubject } from "../../report-ui/engine-room/messages.ts";

/** A run, and the milliseconds that it took. */
export interface Timed {
  readonly elapsed: number;
  readonly fingerprint: string;
}

/** Carries out a run as the page's worker does. */
export async function runInNode(subject: RunSubject): Promise<Timed> {
  const around = { drain: new NodeDrain(), build: "", now: () => performance.now(), onProgress: () => undefined };
  const { elapsed, fingerprint } = await carryOut({ subject, wanted: "verdict" }, around);
  return { elapsed, fingerprint };
}
