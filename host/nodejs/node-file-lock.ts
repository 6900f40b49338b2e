import { spawn } from "node:child_process";
import { closeSync, fstatSync, openSync, statSync } from "node:fs";
import { FileSystemError } from "../file-system-error.ts";
import type { FileLock } from "../file-system.ts";
import { never, type Lifetime } from "./lifetime.ts";
import { translateError } from "./node-error.ts";

/**
 * Programs that take the kernel's lock on what they inherit as descriptor 3 and end: 0 taken, 1 held by another. The first
 * is part of every Linux, the second of macOS.
 */
const LOCKERS: readonly (readonly [command: string, ...parameters: string[]])[] = [
  ["flock", "-n", "-x", "3"],
  ["perl", "-e", 'use Errno; open(F, "+<&=3") or exit 2; exit(flock(F, 6) ? 0 : $!{EWOULDBLOCK} ? 1 : 2)'],
];

/**
 * The kernel's own lock (`flock`) on a real file. Such a lock belongs to the open file, not to who asked for it: a child
 * process that inherits the descriptor can take it, and it stays taken until this process closes the file or dies, however
 * it dies. Node itself has no call for it.
 */
export class NodeFileLock implements FileLock {
  private readonly fd: number;
  private readonly forget: () => void;
  private readonly lifetime: Lifetime;
  private taken = true;

  private constructor(fd: number, lifetime: Lifetime) {
    this.fd = fd;
    this.lifetime = lifetime;
    this.forget = lifetime.hold(() => this.letGo());
  }

  /**
   * @param realPath where the file is on this machine
   * @param path within the mount, for messages
   * @throws FileSystemError EAGAIN when it is held, ENOLCK when this machine has no means to lock
   */
  static async take(realPath: string, path: string, lifetime: Lifetime): Promise<NodeFileLock> {
    for (;;) {
      const fd = openToLock(realPath, path);
      let failure: FileSystemError | undefined;
      try {
        failure = await lockDescriptor(fd, path);
      } catch (error) {
        failure = translateError(error, "flock", path);
      }
      if (failure !== undefined) {
        closeSync(fd);
        throw failure;
      }
      if (stillNamed(fd, realPath)) return new NodeFileLock(fd, lifetime);
      // The name was removed, or given to another file, before the lock was taken: others would lock that other file.
      closeSync(fd);
    }
  }

  get held(): boolean {
    return this.taken;
  }

  async release(): Promise<void> {
    if (this.lifetime.ended) return never();
    this.forget();
    this.letGo();
  }

  private letGo(): void {
    if (!this.taken) return;
    this.taken = false;
    closeSync(this.fd);
  }
}

function openToLock(realPath: string, path: string): number {
  try {
    return openSync(realPath, "a+");
  } catch (error) {
    throw translateError(error, "open", path);
  }
}

function stillNamed(fd: number, realPath: string): boolean {
  const locked = fstatSync(fd, { bigint: true });
  const named = statSync(realPath, { bigint: true, throwIfNoEntry: false });
  return named !== undefined && named.ino === locked.ino && named.dev === locked.dev;
}

/** What went wrong, if anything did. */
async function lockDescriptor(fd: number, path: string): Promise<FileSystemError | undefined> {
  for (const [command, ...parameters] of LOCKERS) {
    const status = await runWithDescriptor(command, parameters, fd);
    if (status === "not installed") continue;
    if (status === 0) return undefined;
    return new FileSystemError(status === 1 ? "EAGAIN" : "ENOLCK", "flock", path);
  }
  const failure = new FileSystemError("ENOLCK", "flock", path);
  failure.cause = new Error("taking a lock needs the program 'flock' or 'perl'; install one (Debian: util-linux)");
  return failure;
}

function runWithDescriptor(
  command: string,
  parameters: readonly string[],
  fd: number,
): Promise<number | null | "not installed"> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, { stdio: ["ignore", "ignore", "ignore", fd] });
    child.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") resolve("not installed");
      else reject(error);
    });
    child.once("exit", (status) => resolve(status));
  });
}
