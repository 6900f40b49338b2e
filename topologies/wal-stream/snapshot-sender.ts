import { joinPath } from "../../engine/index.ts";
import { crc32c } from "../../engine/crc32c.ts";
import { readFully, removeDirectory } from "../../engine/file-io.ts";
import { OpenFlag } from "../../host/file-system.ts";
import { DATA } from "./local-copy.ts";
import type { Primary } from "./primary.ts";
import type { Sender } from "./sender.ts";
import type { StreamMessage } from "./stream-protocol.ts";

/** The engine's lock is its own. */
const NOT_SENT: ReadonlySet<string> = new Set(["LOCK"]);

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
    const { host } = primary.context;
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
      const names = (await fs.readdir(directory)).filter((name) => !NOT_SENT.has(name));
      const files = [];
      for (const name of names) files.push({ name, bytes: (await fs.stat(joinPath(directory, name))).size });
      const { epoch, history } = primary;
      await send({ kind: "snapshot", epoch, history, applied, digest, files });
      const checksums: number[] = [];
      for (const [index, { name }] of files.entries()) {
        checksums.push(await this.sendFile(send, index, joinPath(directory, name)));
      }
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

  private async sendFile(send: (message: StreamMessage) => Promise<void>, file: number, path: string): Promise<number> {
    const { host, settings } = this.primary.context;
    const handle = await host.fs("local").open(path, OpenFlag.READ);
    try {
      const buffer = new Uint8Array(settings.chunkBytes);
      let checksum = 0;
      for (let offset = 0; ;) {
        const count = await readFully(handle, buffer, 0, buffer.length, offset);
        if (count === 0) return checksum;
        checksum = crc32c(buffer, 0, count, checksum);
        await send({ kind: "chunk", file, offset, bytes: buffer.subarray(0, count) });
        offset += count;
      }
    } finally {
      await handle.close();
    }
  }
}
