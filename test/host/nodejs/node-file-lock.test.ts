import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { createNodeHost, type NodeHost } from "../../../host/nodejs/node-host.ts";
import { OpenFlag, type FileSystem } from "../../../host/file-system.ts";

let program: string;
let directory: string;
let host: NodeHost;
let disk: FileSystem;

beforeAll(async () => {
  program = mkdtempSync(join(tmpdir(), "faultline-lock-holder-"));
  await build({
    configFile: false,
    logLevel: "error",
    build: {
      ssr: join(import.meta.dirname, "lock-holder.ts"),
      outDir: program,
      rolldownOptions: { output: { entryFileNames: "[name].mjs" } },
    },
  });
});

afterAll(() => rmSync(program, { recursive: true }));

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "faultline-host-"));
  host = createNodeHost({ mounts: { local: directory } });
  disk = host.fs("local");
});

afterEach(async () => {
  await host.end();
  rmSync(directory, { recursive: true });
});

/** Starts a process that asks for the lock, and waits for its answer: "taken" or an error code. */
async function otherProcess(): Promise<{ child: ChildProcess; answer: string }> {
  const child = spawn(process.execPath, [join(program, "lock-holder.mjs"), directory, "/LOCK"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [answer] = (await once(child.stdout, "data")) as [Buffer];
  return { child, answer: answer.toString().trim() };
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "none",
    (error: unknown) => (error as { code: string }).code,
  );
}

describe("a lock on a real file", () => {
  it("is held by one at a time in this process, and free again when released", async () => {
    const lock = await disk.lock("/LOCK");
    expect(lock.held).toBe(true);
    expect(await codeOf(disk.lock("/LOCK"))).toBe("EAGAIN");
    await disk.lock("/OTHER");
    await lock.release();
    expect(lock.held).toBe(false);
    await lock.release();
    const again = await disk.lock("/LOCK");
    expect(again.held).toBe(true);
    expect(lock.held).toBe(false);
  });

  it("is taken by exactly one of many who ask at once", async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => codeOf(disk.lock("/LOCK"))));
    expect(answers.sort()).toEqual([...Array<string>(7).fill("EAGAIN"), "none"]);
  });

  it("keeps the file's content, and does not keep others from reading and writing it", async () => {
    const file = await disk.open("/LOCK", OpenFlag.READ_WRITE | OpenFlag.CREATE);
    await file.write(new Uint8Array([1, 2, 3]), 0, 3, 0);
    await disk.lock("/LOCK");
    expect(await file.write(new Uint8Array([4]), 0, 1, 3)).toBe(1);
    expect((await disk.stat("/LOCK")).size).toBe(4);
  });

  it("is lost to another name for it, but not to another file of its name", async () => {
    await disk.lock("/LOCK");
    await disk.link("/LOCK", "/SAME");
    expect(await codeOf(disk.lock("/SAME"))).toBe("EAGAIN");
    await disk.unlink("/LOCK");
    expect(await codeOf(disk.lock("/LOCK"))).toBe("none");
  });

  it("needs a place to be", async () => {
    await disk.mkdir("/directory");
    expect(await codeOf(disk.lock("/directory"))).toBe("EISDIR");
    expect(await codeOf(disk.lock("/none/LOCK"))).toBe("ENOENT");
  });

  it("is given back at the end of its owner's incarnation", async () => {
    const first = createNodeHost({ mounts: { local: directory } });
    await first.fs("local").lock("/LOCK");
    expect(await codeOf(disk.lock("/LOCK"))).toBe("EAGAIN");
    await first.end();
    expect(await codeOf(disk.lock("/LOCK"))).toBe("none");
  });

  it("keeps out another process", async () => {
    await disk.lock("/LOCK");
    expect((await otherProcess()).answer).toBe("EAGAIN");
  });

  it("is held by another process until that is killed", async () => {
    const { child, answer } = await otherProcess();
    expect(answer).toBe("taken");
    expect(await codeOf(disk.lock("/LOCK"))).toBe("EAGAIN");
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await codeOf(disk.lock("/LOCK"))).toBe("none");
  });
});
