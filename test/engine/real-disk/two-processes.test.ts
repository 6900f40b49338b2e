import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { DatabaseLockedError, openDatabase, type Database } from "../../../engine/index.ts";
import { createNodeHost, type NodeHost } from "../../../host/nodejs/node-host.ts";
import { bundleForNode } from "../../support/bundle-for-node.js";

let folder: string;
let program: string;
let mount: string;
let host: NodeHost;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "faultline-two-"));
  program = await bundleForNode(fileURLToPath(new URL("./victim.ts", import.meta.url)), folder);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeEach(() => {
  mount = mkdtempSync(join(folder, "mount-"));
  host = createNodeHost({ mounts: { local: mount } });
});

afterEach(() => host.end());

function open(): Promise<Database> {
  return openDatabase({ host, fs: host.fs("local"), directory: "/db" });
}

/** Another process that opens the database and writes; and what it says of that. */
async function otherProcess(): Promise<{ child: ChildProcess; answer: string }> {
  const child = spawn(process.execPath, [program, mount, join(mount, "diary"), "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [answer] = (await once(child.stdout, "data")) as [Buffer];
  return { child, answer: answer.toString().trim() };
}

describe("two processes and one directory", () => {
  it("lets the second know that the first has it, whichever is which", async () => {
    const { child, answer } = await otherProcess();
    expect(answer).toBe("ready");
    await expect(open()).rejects.toThrow(DatabaseLockedError);
    await expect(open()).rejects.toThrow("/db");
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;

    const database = await open();
    expect((await otherProcess()).answer).toMatch(/^DatabaseLockedError: .*\/db/);
    await database.close();
    expect((await otherProcess()).answer).toBe("ready");
  });

  it("leaves no lock behind when a process dies, even at once after it opened", async () => {
    for (let round = 0; round < 3; round++) {
      const { child, answer } = await otherProcess();
      expect(answer).toBe("ready");
      const exit = once(child, "exit");
      child.kill("SIGKILL");
      await exit;
    }
    await (await open()).close();
  });
});
