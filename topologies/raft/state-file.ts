import { ByteReader, ByteWriter, joinPath, MalformedBytesError } from "../../engine/index.ts";
import { getFixed32, putFixed32 } from "../../engine/coding.ts";
import { crc32c, maskCrc } from "../../engine/crc32c.ts";
import { readSmallFile, writeFully } from "../../engine/file-io.ts";
import { type FileSystem, OpenFlag } from "../../host/file-system.ts";
import { isFileSystemError } from "../../host/file-system-error.ts";
import { utf8, utf8Text } from "../text.ts";
import type { HardState } from "./core/core-settings.ts";

/**
 * Where a node stands between an empty disk and a member. "founding": it belongs to those that the cluster begins with, and has
 * never voted; "formed": so do all the others, durably, and it may vote; "joining": its disk was empty where a cluster was.
 */
export type Phase = "founding" | "formed" | "joining";

/** What a node must know before it looks at its data, and what it must not forget. */
export interface NodeFile extends HardState {
  readonly cluster: string;
  /** As whom it votes. */
  readonly member: string;
  readonly phase: Phase;
  /** Which directories hold its log and its data. */
  readonly generation: number;
}

/** The state of a node cannot be read. */
export class StateFileError extends Error {
  override readonly name = "StateFileError";

  constructor(path: string, detail: string) {
    super(`the state in '${path}' cannot be read: ${detail}; empty the disk, so that the node joins as a new member`);
  }
}

const MAGIC = 0x53464c52;
const VERSION = 1;
const MOST_BYTES = 1 << 16;
const HEADER = 8;
const NAME = "STATE";
const TEMPORARY = "STATE.tmp";
const PHASES: readonly Phase[] = ["founding", "formed", "joining"];

export function encodeNodeFile({ cluster, member, phase, generation, term, vote, commit }: NodeFile): Uint8Array {
  const writer = new ByteWriter();
  writer.fixed32(MAGIC);
  writer.fixed32(0);
  writer.varint(VERSION);
  writer.bytes(utf8(cluster));
  writer.bytes(utf8(member));
  writer.byte(PHASES.indexOf(phase));
  writer.varint(generation);
  writer.varint(term);
  writer.bytes(utf8(vote ?? ""));
  writer.varint(commit);
  const bytes = writer.finish();
  putFixed32(bytes, 4, maskCrc(crc32c(bytes, HEADER, bytes.length)));
  return bytes;
}

/** @throws MalformedBytesError */
export function decodeNodeFile(bytes: Uint8Array): NodeFile {
  if (bytes.length < HEADER || getFixed32(bytes, 0) !== MAGIC) throw new MalformedBytesError("it is no node's state");
  if (getFixed32(bytes, 4) !== maskCrc(crc32c(bytes, HEADER, bytes.length))) {
    throw new MalformedBytesError("its checksum is wrong");
  }
  const reader = new ByteReader(bytes, HEADER);
  const version = reader.varint();
  if (version !== VERSION) throw new MalformedBytesError(`it is of version ${version}, which this build does not know`);
  const cluster = utf8Text(reader.bytes());
  const member = utf8Text(reader.bytes());
  const phase = PHASES[reader.byte()];
  if (phase === undefined) throw new MalformedBytesError("it is of no known phase");
  const generation = reader.varint();
  const term = reader.varint();
  const vote = utf8Text(reader.bytes());
  return { cluster, member, phase, generation, term, vote: vote === "" ? undefined : vote, commit: reader.varint() };
}

/** The file that holds term, vote and identity. It is replaced whole: a crash leaves the old or the new. */
export class StateFile {
  protected readonly fs: FileSystem;
  protected readonly directory: string;
  private current_: NodeFile | undefined;

  constructor(fs: FileSystem, directory: string) {
    this.fs = fs;
    this.directory = directory;
  }

  /** What was read or written last; undefined on an empty disk. */
  get current(): NodeFile | undefined {
    return this.current_;
  }

  /**
   * Reads the file.
   *
   * @returns undefined when there is none
   * @throws StateFileError, FileSystemError
   */
  async load(): Promise<NodeFile | undefined> {
    const path = joinPath(this.directory, NAME);
    try {
      this.current_ = decodeNodeFile(await readSmallFile(this.fs, path, MOST_BYTES));
    } catch (error) {
      if (isFileSystemError(error, "ENOENT")) return undefined;
      if (!(error instanceof MalformedBytesError) && !(error instanceof RangeError)) throw error;
      throw new StateFileError(path, error.message);
    }
    return this.current_;
  }

  /** Replaces the state; durable when it resolves. One call at a time. @throws FileSystemError it may be replaced or not */
  async replace(next: NodeFile): Promise<void> {
    const { fs, directory } = this;
    const temporary = joinPath(directory, TEMPORARY);
    const bytes = encodeNodeFile(next);
    const handle = await fs.open(temporary, OpenFlag.WRITE | OpenFlag.CREATE | OpenFlag.TRUNCATE);
    try {
      await writeFully(handle, bytes, 0, bytes.length, 0);
      await this.syncContent(handle);
    } finally {
      await handle.close();
    }
    await fs.rename(temporary, joinPath(directory, NAME));
    await this.syncName();
    this.current_ = next;
  }

  /** Without it the rename can be durable before the content is: the node would have no state at all. */
  protected syncContent(handle: { sync(): Promise<void> }): Promise<void> {
    return handle.sync();
  }

  /** Without it a vote that others rely on would be forgotten by a power loss, and given twice. */
  protected syncName(): Promise<void> {
    return this.fs.syncDirectory(this.directory);
  }
}
