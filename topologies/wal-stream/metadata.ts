import { ByteReader, ByteWriter, joinPath, MalformedBytesError, Mutex } from "../../engine/index.ts";
import { getFixed32, putFixed32 } from "../../engine/coding.ts";
import { crc32c, maskCrc } from "../../engine/crc32c.ts";
import { readSmallFile, writeFully } from "../../engine/file-io.ts";
import { type FileSystem, OpenFlag } from "../../host/file-system.ts";
import { isFileSystemError } from "../../host/file-system-error.ts";
import { utf8, utf8Text } from "../text.ts";
import { EpochHistory } from "./epoch-history.ts";

/** What a node must know before it looks at its data. */
export interface Metadata {
  /** Drawn when the cluster was founded; never 0. */
  readonly cluster: number;
  /** Which directories hold its log and its data. */
  readonly generation: number;
  /** Of its copy of the data: another after all was copied anew, or the disk replaced. */
  readonly copy: number;
  readonly role: "primary" | "replica";
  /** The epochs that its data consists of, and last the one that it follows, or leads. */
  readonly history: EpochHistory;
  /** It follows no primary of an earlier epoch, and is none. */
  readonly promised: number;
  /** Whoever asked for the promise, and so may make it primary; "" for nobody. */
  readonly promisedTo: string;
  /** The epoch of the last primary for which an end of its log was, or is being, cut off; 0 before the first. */
  readonly branch: number;
  /** Whether its data is not to be used, and must be copied anew. */
  readonly suspect: boolean;
}

/** The metadata of a node cannot be read. */
export class MetadataError extends Error {
  override readonly name = "MetadataError";

  constructor(path: string, detail: string) {
    super(`the metadata in '${path}' cannot be read: ${detail}; empty the disk, so that the node copies all data anew`);
  }
}

const MAGIC = 0x444d5357;
const VERSION = 1;
const MOST_BYTES = 1 << 20;
const HEADER = 8;
const NAME = "METADATA";
const TEMPORARY = "METADATA.tmp";

export function encodeMetadata(metadata: Metadata): Uint8Array {
  const writer = new ByteWriter();
  writer.fixed32(MAGIC);
  writer.fixed32(0);
  writer.varint(VERSION);
  writer.varint(metadata.cluster);
  writer.varint(metadata.generation);
  writer.varint(metadata.copy);
  writer.byte(metadata.role === "primary" ? 1 : 0);
  writer.varint(metadata.promised);
  writer.bytes(utf8(metadata.promisedTo));
  writer.varint(metadata.branch);
  writer.byte(metadata.suspect ? 1 : 0);
  writer.varint(metadata.history.starts.length);
  for (const { epoch, after } of metadata.history.starts) {
    writer.varint(epoch);
    writer.varint(after);
  }
  const bytes = writer.finish();
  putFixed32(bytes, 4, maskCrc(crc32c(bytes, HEADER, bytes.length)));
  return bytes;
}

/** @throws MalformedBytesError */
export function decodeMetadata(bytes: Uint8Array): Metadata {
  if (bytes.length < HEADER || getFixed32(bytes, 0) !== MAGIC) throw new MalformedBytesError("it is no metadata");
  if (getFixed32(bytes, 4) !== maskCrc(crc32c(bytes, HEADER, bytes.length))) {
    throw new MalformedBytesError("its checksum is wrong");
  }
  const reader = new ByteReader(bytes, HEADER);
  const version = reader.varint();
  if (version !== VERSION) throw new MalformedBytesError(`it is of version ${version}, which this build does not know`);
  const [cluster, generation, copy] = [reader.varint(), reader.varint(), reader.varint()];
  const role = reader.byte() === 1 ? "primary" : "replica";
  const promised = reader.varint();
  const promisedTo = utf8Text(reader.bytes());
  const branch = reader.varint();
  const suspect = reader.byte() === 1;
  const starts = Array.from({ length: reader.varint() }, () => ({ epoch: reader.varint(), after: reader.varint() }));
  return { cluster, generation, copy, role, history: new EpochHistory(starts), promised, promisedTo, branch, suspect };
}

/** The file that holds a node's metadata. It is replaced whole: a crash leaves the old or the new. */
export class MetadataFile {
  protected readonly fs: FileSystem;
  protected readonly directory: string;
  private readonly writes = new Mutex();
  private current_: Metadata | undefined;

  constructor(fs: FileSystem, directory: string) {
    this.fs = fs;
    this.directory = directory;
  }

  /** What was read or written last; undefined on an empty disk. */
  get current(): Metadata | undefined {
    return this.current_;
  }

  /**
   * Reads the file.
   *
   * @returns undefined when there is none
   * @throws MetadataError, FileSystemError
   */
  async load(): Promise<Metadata | undefined> {
    const path = joinPath(this.directory, NAME);
    try {
      this.current_ = decodeMetadata(await readSmallFile(this.fs, path, MOST_BYTES));
    } catch (error) {
      if (isFileSystemError(error, "ENOENT")) return undefined;
      if (!(error instanceof MalformedBytesError) && !(error instanceof RangeError)) throw error;
      throw new MetadataError(path, error.message);
    }
    return this.current_;
  }

  /**
   * Replaces the metadata; durable when it resolves.
   *
   * @param change makes the new from what is current then: changes that are under way at the same time do not undo one another
   * @throws FileSystemError it may be replaced or not
   */
  update(change: (current: Metadata | undefined) => Metadata): Promise<Metadata> {
    return this.writes.run(async () => {
      const next = change(this.current_);
      const { fs, directory } = this;
      const temporary = joinPath(directory, TEMPORARY);
      await this.writeTemporary(temporary, encodeMetadata(next));
      await fs.rename(temporary, joinPath(directory, NAME));
      await this.syncName();
      this.current_ = next;
      return next;
    });
  }

  private async writeTemporary(path: string, bytes: Uint8Array): Promise<void> {
    const handle = await this.fs.open(path, OpenFlag.WRITE | OpenFlag.CREATE | OpenFlag.TRUNCATE);
    try {
      await writeFully(handle, bytes, 0, bytes.length, 0);
      // Without it the rename can be durable before the content is: the node would have no metadata at all.
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  /** Without it a promise, or a new epoch, that others already rely on would be forgotten by a power loss. */
  protected syncName(): Promise<void> {
    return this.fs.syncDirectory(this.directory);
  }
}
