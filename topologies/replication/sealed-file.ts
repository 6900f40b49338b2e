import { ByteReader, ByteWriter, joinPath, MalformedBytesError } from "../../engine/index.ts";
import { getFixed32, putFixed32 } from "../../engine/coding.ts";
import { crc32c, maskCrc } from "../../engine/crc32c.ts";
import { readSmallFile, writeFully } from "../../engine/file-io.ts";
import { type FileSystem, OpenFlag } from "../../host/file-system.ts";
import { isFileSystemError } from "../../host/file-system-error.ts";

/** Bytes 0-3 say what it is, 4-7 are the masked CRC-32C of all behind them; then come a version and the content. */
const HEADER = 8;
const CHECKSUM = 4;

/** How a small file of a node begins, and what it is called. */
export interface Seal {
  readonly magic: number;
  readonly version: number;
  /** "the metadata": for messages. */
  readonly what: string;
  /** The file's name. */
  readonly name: string;
  /** A larger one is no such file. */
  readonly mostBytes: number;
  /** What to do when it cannot be read, for messages. */
  readonly remedy: string;
}

/** A small file that a node cannot begin without cannot be read. */
export class SealedFileError extends Error {
  override readonly name = "SealedFileError";

  constructor(path: string, { what, remedy }: Seal, detail: string) {
    super(`${what} in '${path}' cannot be read: ${detail}; ${remedy}`);
  }
}

/** Begins a file's bytes: its content is to be written next. */
export function beginSealed({ magic, version }: Seal): ByteWriter {
  const writer = new ByteWriter();
  writer.fixed32(magic);
  writer.fixed32(0);
  writer.varint(version);
  return writer;
}

/** The bytes that were begun by {@link beginSealed}, with their checksum. */
export function finishSealed(writer: ByteWriter): Uint8Array {
  const bytes = writer.finish();
  putFixed32(bytes, CHECKSUM, maskCrc(crc32c(bytes, HEADER, bytes.length)));
  return bytes;
}

/** A reader of the content. @throws MalformedBytesError for bytes of something else, damaged ones, or another version */
export function openSealed(bytes: Uint8Array, { magic, version: known, what }: Seal): ByteReader {
  if (bytes.length < HEADER || getFixed32(bytes, 0) !== magic) throw new MalformedBytesError(`it is not ${what}`);
  if (getFixed32(bytes, CHECKSUM) !== maskCrc(crc32c(bytes, HEADER, bytes.length))) {
    throw new MalformedBytesError("its checksum is wrong");
  }
  const reader = new ByteReader(bytes, HEADER);
  const version = reader.varint();
  if (version !== known) throw new MalformedBytesError(`it is of version ${version}, which this build does not know`);
  return reader;
}

/** A small file that is replaced whole: a crash leaves the old or the new. */
export abstract class SealedFile<Content> {
  protected readonly fs: FileSystem;
  protected readonly directory: string;
  protected abstract readonly seal: Seal;
  private current_: Content | undefined;

  constructor(fs: FileSystem, directory: string) {
    this.fs = fs;
    this.directory = directory;
  }

  /** What was read or written last; undefined on an empty disk. */
  get current(): Content | undefined {
    return this.current_;
  }

  /**
   * Reads the file.
   *
   * @returns undefined when there is none
   * @throws SealedFileError, FileSystemError
   */
  async load(): Promise<Content | undefined> {
    const { name, mostBytes } = this.seal;
    const path = joinPath(this.directory, name);
    try {
      this.current_ = this.decode(await readSmallFile(this.fs, path, mostBytes));
    } catch (error) {
      if (isFileSystemError(error, "ENOENT")) return undefined;
      if (!(error instanceof MalformedBytesError) && !(error instanceof RangeError)) throw error;
      throw new SealedFileError(path, this.seal, error.message);
    }
    return this.current_;
  }

  protected abstract encode(content: Content): Uint8Array;

  /** @throws MalformedBytesError */
  protected abstract decode(bytes: Uint8Array): Content;

  /** Replaces the file; durable when it resolves. One call at a time. @throws FileSystemError it may be replaced or not */
  protected async write(next: Content): Promise<void> {
    const { fs, directory } = this;
    const path = joinPath(directory, this.seal.name);
    const temporary = `${path}.tmp`;
    const bytes = this.encode(next);
    const handle = await fs.open(temporary, OpenFlag.WRITE | OpenFlag.CREATE | OpenFlag.TRUNCATE);
    try {
      await writeFully(handle, bytes, 0, bytes.length, 0);
      await this.syncContent(handle);
    } finally {
      await handle.close();
    }
    await fs.rename(temporary, path);
    await this.syncName();
    this.current_ = next;
  }

  /** Without it the rename can be durable before the content is: the node would have no such file at all. */
  protected syncContent(handle: { sync(): Promise<void> }): Promise<void> {
    return handle.sync();
  }

  /** Without it what others already rely on, such as a promise or a vote, would be forgotten by a power loss. */
  protected syncName(): Promise<void> {
    return this.fs.syncDirectory(this.directory);
  }
}
