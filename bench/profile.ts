import { Session } from "node:inspector/promises";

/** Which part of the house a source file belongs to: the first pattern that matches its path. */
const PARTS: readonly (readonly [part: string, pattern: RegExp])[] = [
  ["fingerprint", /\/sim\/fingerprint/],
  ["network", /\/sim\/network\/|\/host\/requests/],
  ["disk", /\/sim\/fs\/|\/memfs\/|node_modules\/.*memfs/],
  ["codec", /\/host\/(codec|key-cache|message-pack|utf8)/],
  ["drain", /\/host\/nodejs\/drain|node:internal\/process\/task_queues/],
  ["kernel", /\/sim\//],
  ["engine", /\/engine\//],
  ["nodes", /\/topologies\/|\/scenarios\/|\/checkers\/|\/bench\//],
];

/** Share of the time that a part took, out of 1, the largest first. */
export type Shares = readonly (readonly [part: string, share: number])[];

/** Runs `work` under V8's sampling profiler and says where the time went. Needs a bundle that keeps modules apart. */
export async function profiled(work: () => Promise<void>): Promise<Shares> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: 200 });
  await session.post("Profiler.start");
  await work();
  const { profile } = await session.post("Profiler.stop");
  session.disconnect();
  const partOf = new Map(
    profile.nodes.map(({ id, callFrame }) => [id, partName(callFrame.functionName, callFrame.url)]),
  );
  const times = new Map<string, number>();
  let total = 0;
  profile.samples?.forEach((id, at) => {
    const part = partOf.get(id) ?? "other";
    const time = profile.timeDeltas?.[at] ?? 0;
    if (part === "idle") return;
    times.set(part, (times.get(part) ?? 0) + time);
    total += time;
  });
  return [...times].map(([part, time]) => [part, time / total] as const).sort((a, b) => b[1] - a[1]);
}

function partName(functionName: string, url: string): string {
  if (functionName === "(garbage collector)") return "garbage collection";
  if (functionName === "(idle)") return "idle";
  // Running promise reactions is what draining is; the reactions themselves are counted where they are written.
  if (functionName === "runMicrotasks" || functionName === "(program)") return "drain";
  return PARTS.find(([, pattern]) => pattern.test(url))?.[0] ?? "other";
}
