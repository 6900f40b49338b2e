import type { FileHandle } from "../host/file-system.ts";
import { MalformedBytesError } from "./coding.ts";
import { CorruptionError, UnsupportedFormatError } from "./errors.ts";
import { manifestName } from "./file-names.ts";
import type { LogReader, LogTail } from "./log-reader.ts";
import type { EngineParts } from "./parts.ts";
import { COMPARATOR_NAME, decodeVersionEdit, FORMAT_VERSION, FormatTooNewError } from "./version-edit.ts";
import { applyEdit, EMPTY_STATE, type VersionState } from "./version-state.ts";

/** Reads a manifest's edits, from the start or from where it stopped, into a state. */
export class ManifestReader {
  readonly name: string;
  readonly number: number;
  readonly handle: FileHandle;
  private readonly log: LogReader;
  private state_: VersionState = EMPTY_STATE;

  /** @param handle open for reading; stays the caller's */
  constructor(parts: EngineParts, handle: FileHandle, number: number, tail: LogTail) {
    this.name = manifestName(number);
    this.number = number;
    this.handle = handle;
    this.log = new parts.LogReader(handle, this.name, number, tail);
  }

  /** The sum of the edits read so far. */
  get state(): VersionState {
    return this.state_;
  }

  /** Offset behind the last whole edit. */
  get offset(): number {
    return this.log.offset;
  }

  /** Where a torn end begins, if the last {@link read} met one. */
  get tornAt(): number | undefined {
    return this.log.tornAt;
  }

  /**
   * Reads all whole edits that are there.
   *
   * @returns how many
   * @throws CorruptionError, UnsupportedFormatError, FileSystemError
   */
  async read(): Promise<number> {
    let edits = 0;
    for (;;) {
      const offset = this.log.offset;
      const record = await this.log.next();
      if (record === undefined) return edits;
      this.state_ = this.stateAfter(record, offset);
      edits++;
    }
  }

  private stateAfter(record: Uint8Array, offset: number): VersionState {
    try {
      const edit = decodeVersionEdit(record);
      if (this.state_.versionNumber === 0 && !edit.snapshot) {
        throw new MalformedBytesError("the manifest does not begin with a snapshot");
      }
      if (edit.comparator !== undefined && edit.comparator !== COMPARATOR_NAME) {
        throw new UnsupportedFormatError(this.name, `comparator ${edit.comparator}`, COMPARATOR_NAME);
      }
      return applyEdit(this.state_, edit);
    } catch (error) {
      if (error instanceof FormatTooNewError) {
        throw new UnsupportedFormatError(this.name, `format version ${error.version}`, `up to ${FORMAT_VERSION}`);
      }
      if (error instanceof MalformedBytesError) {
        throw new CorruptionError(this.name, offset, error.message, { cause: error });
      }
      throw error;
    }
  }
}
