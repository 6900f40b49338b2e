import { OpenFlag, type FileHandle, type FileStat } from "../host/file-system.ts";
import type { EngineContext } from "./context.ts";
import { readFully } from "./file-io.ts";

/** What direct I/O moves: sectors, whole. */
const SECTOR = 512;
/** What a mapping faults in at once. */
const PAGE = 4_096;

/** Opens a table's file for reading, in the way that the options ask for. @throws FileSystemError */
export async function openForReading({ fs, host, options }: EngineContext, path: string): Promise<FileHandle> {
  switch (options.tableReads) {
    case "buffered":
      return fs.open(path, OpenFlag.READ);
    case "direct":
      return new DirectFile(await fs.open(path, OpenFlag.READ | OpenFlag.DIRECT));
    case "mapped":
      return new MappedFile(await fs.open(path, OpenFlag.READ), (error) => host.fatal(error));
  }
}

/** A file that never changes, open for reading alone. */
abstract class ImmutableFile implements FileHandle {
  protected readonly handle: FileHandle;

  constructor(handle: FileHandle) {
    this.handle = handle;
  }

  abstract read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<number>;

  write(): Promise<number> {
    throw new TypeError("a table is never written again");
  }

  truncate(): Promise<void> {
    throw new TypeError("a table is never cut");
  }

  sync(): Promise<void> {
    return this.handle.sync();
  }

  datasync(): Promise<void> {
    return this.handle.datasync();
  }

  stat(): Promise<FileStat> {
    return this.handle.stat();
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

/** Reads past the system's cache: the sectors that hold what is asked for, each time anew. */
class DirectFile extends ImmutableFile {
  async read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<number> {
    const first = Math.floor(position / SECTOR) * SECTOR;
    const last = Math.ceil((position + length) / SECTOR) * SECTOR;
    const sectors = new Uint8Array(last - first);
    let got = 0;
    while (got < sectors.length) {
      const count = await this.handle.read(sectors, got, sectors.length - got, first + got);
      // Of the last sector, only what the file has; going on from there would be unaligned, and there is no more.
      got += count;
      if (count === 0 || got % SECTOR !== 0) break;
    }
    const count = Math.max(0, Math.min(length, first + got - position));
    buffer.set(sectors.subarray(position - first, position - first + count), offset);
    return count;
  }
}

/** What a process dies of that touches a page which cannot be read. */
export class MappedReadError extends Error {
  override readonly name = "MappedReadError";

  constructor(cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`SIGBUS: a page of a mapped table could not be read: ${reason}`, { cause });
  }
}

/** A mapping, modelled: pages are read when they are first touched, and stay as they were until the file is closed. */
class MappedFile extends ImmutableFile {
  private readonly pages = new Map<number, Uint8Array>();
  private readonly onFault: (error: MappedReadError) => void;

  constructor(handle: FileHandle, onFault: (error: MappedReadError) => void) {
    super(handle);
    this.onFault = onFault;
  }

  async read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<number> {
    let done = 0;
    while (done < length) {
      const at = position + done;
      const number = Math.floor(at / PAGE);
      const page = this.pages.get(number) ?? (await this.fault(number));
      const from = at - number * PAGE;
      const count = Math.min(length - done, page.length - from);
      if (count <= 0) break;
      buffer.set(page.subarray(from, from + count), offset + done);
      done += count;
    }
    return done;
  }

  private async fault(number: number): Promise<Uint8Array> {
    const page = new Uint8Array(PAGE);
    let count: number;
    try {
      count = await readFully(this.handle, page, 0, PAGE, number * PAGE);
    } catch (error) {
      // There is nobody to tell: the instruction that touched the page cannot go on.
      this.onFault(new MappedReadError(error));
      throw error;
    }
    const content = page.subarray(0, count);
    this.pages.set(number, content);
    return content;
  }
}
