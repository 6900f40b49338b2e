import { removeDirectory } from "../../engine/file-io.ts";
import { filesToSend, sendFiles } from "../replication/copy-sender.ts";
import { DATA } from "./local-copy.ts";
import type { Primary } from "./primary.ts";
import type { Sender } from "./sender.ts";
import type { StreamMessage } from "./stream-protocol.ts";

/** Sends a replica all data, as of one position, while writes go on; the log is kept from there for it. */
export class SnapshotSender {
  protected readonly primary: Primary;
  private readonly sender: Sender;

  constructor(primary: Primary, sender: Sender) {
    this.primary = primary;
    this.sender = sender;
  }

  /**
   * @param send resolves when there is room for more
   * @throws whatever making a checkpoint, reading it and sending throw
   */
  async run(send: (message: StreamMessage) => Promise<void>, why: string): Promise<void> {
    const { primary } = this;
    const { host, settings } = primary.context;
    const { replica } = this.sender;
    const fs = host.fs("local");
    // One of its own: a replica that comes anew may find its former copy still being made. What a crash leaves there is removed
    // at the next start.
    const directory = DATA.checkpoint(`${replica}-${host.clock.monotonic()}`);
    this.keepLog(primary.copy.store.applied.lsn);
    host.trace({ kind: "full-sync-began", replica, reason: why });
    await primary.settled();
    const { applied, digest } = await primary.copy.store.checkpoint(directory);
    this.keepLog(applied.lsn);
    try {
      const files = await filesToSend(fs, directory);
      const { epoch, history } = primary;
      await send({ kind: "snapshot", epoch, history, applied, digest, files });
      const checksums = await sendFiles(fs, directory, files, settings.chunkBytes, (piece) =>
        send({ kind: "chunk", ...piece }),
      );
      await send({ kind: "snapshot-end", checksums });
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      host.trace({ kind: "full-sync-sent", replica, lsn: applied.lsn, files: files.length, bytes });
    } finally {
      await removeDirectory(fs, directory);
    }
  }

  /**
   * Keeps the log behind an LSN. From before the checkpoint is made: were the log trimmed between the two, the copy could not
   * go on from where it is.
   */
  protected keepLog(lsn: number): void {
    this.sender.keepLog(lsn);
  }
}
