import type { Command } from "./command.ts";

/** Every command, loaded when it is called: starting up must not cost what only one command needs. */
export const commands: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ["start", async () => (await import("./start.ts")).start],
  ["why", async () => (await import("./why.ts")).why],
  ["report", async () => (await import("./report.ts")).report],
  ["ui", async () => (await import("./ui.ts")).ui],
  ["list", async () => (await import("./list.ts")).list],
  ["run", async () => (await import("./run.ts")).run],
  ["merge", async () => (await import("./merge.ts")).merge],
  ["replay", async () => (await import("./replay.ts")).replay],
  ["shrink", async () => (await import("./shrink.ts")).shrink],
  ["check", async () => (await import("./check.ts")).check],
  ["crash", async () => (await import("./crash.ts")).crash],
  ["bugs", async () => (await import("./bugs.ts")).bugs],
  ["claims", async () => (await import("./claims.ts")).claims],
]);
