import type { LogWriter } from "../../engine/index.ts";
import { OpenFlag } from "../../host/file-system.ts";
import { type LogContext, segmentPath } from "./log-context.ts";
import { encodeHeader, LogSegment } from "./log-segment.ts";
import type { Position } from "./position.ts";

/** Makes, cuts and deletes the files of a replicated log, durably. */
export class SegmentFiles {
  protected readonly context: LogContext;

  constructor(context: LogContext) {
    this.context = context;
  }

  /**
   * Begins a segment; when this resolves it is part of the log, whatever happens. All that the log has up to `base` must be
   * durable.
   *
   * @param fresh whether the log begins here, whatever earlier generations hold
   */
  async create(
    generation: number,
    base: Position,
    fresh: boolean,
  ): Promise<{ readonly segment: LogSegment; readonly writer: LogWriter }> {
    const { context } = this;
    const segment = new LogSegment(generation, base);
    const flags = OpenFlag.WRITE | OpenFlag.CREATE | OpenFlag.EXCLUSIVE;
    const handle = await context.fs.open(segmentPath(context, segment.name), flags);
    const writer = new context.parts.LogWriter(handle, segment.name, generation);
    try {
      await writer.append(encodeHeader({ base, fresh }));
      await this.syncHeader(writer);
      await this.syncNewName();
    } catch (error) {
      // The failure that led here is the one to report; what is left goes when the log is opened again.
      await writer.close().catch(() => undefined);
      throw error;
    }
    segment.bytes = writer.offset;
    return { segment, writer };
  }

  /** Deletes segments that the log no longer needs, in this order. */
  async remove(names: readonly string[]): Promise<void> {
    for (const name of names) {
      await this.context.fs.unlink(segmentPath(this.context, name));
      await this.syncAfterUnlink();
    }
  }

  /** Cuts a segment to `length` bytes, and makes what is left of it durable. */
  async cut(name: string, length: number): Promise<void> {
    const handle = await this.context.fs.open(segmentPath(this.context, name), OpenFlag.WRITE);
    try {
      if ((await handle.stat()).size > length) await handle.truncate(length);
      await this.syncCut(handle);
    } finally {
      await handle.close();
    }
  }

  /**
   * Makes the log's directory entries durable. Without it a segment that was begun before the process died could be gone
   * after a later loss of power, with entries that were found in it and counted as durable.
   */
  syncNames(): Promise<void> {
    return this.context.fs.syncDirectory(this.context.directory);
  }

  /**
   * Makes a header durable before the first entry is written. Without it a power loss could keep the file and lose the
   * header: a cut that was reported would be undone.
   */
  protected syncHeader(writer: LogWriter): Promise<void> {
    return writer.sync();
  }

  /** Makes a new segment's name durable. Without it, synced entries in it are gone with the name after a power loss. */
  protected syncNewName(): Promise<void> {
    return this.syncNames();
  }

  /**
   * Makes a removal durable before the next. Without it a power loss could bring back an older segment, and leave a hole
   * between it and the rest.
   */
  protected syncAfterUnlink(): Promise<void> {
    return this.syncNames();
  }

  /**
   * Makes a cut durable, and what precedes it: what the process before this one wrote may be in the page cache only.
   */
  protected syncCut(handle: { sync(): Promise<void> }): Promise<void> {
    return handle.sync();
  }
}
