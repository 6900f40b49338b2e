import { type CopyPart, CopyReceiver, SnapshotError } from "../replication/copy-receiver.ts";
import { isDamage } from "./disk-error.ts";
import type { DriverContext } from "./driver.ts";
import { SnapshotProtocolError, type SnapshotBegin, type SnapshotPart } from "./snapshot-protocol.ts";
import { DATA } from "./storage.ts";

/** A copy came as it was sent, but cannot be read: the sender's own data is damaged. */
export class DamagedCopyError extends SnapshotError {
  override readonly name = "DamagedCopyError";

  constructor(cause: unknown) {
    super(`the copy cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** Receives a leader's snapshot. */
export class SnapshotReceiver extends CopyReceiver<DriverContext> {
  /** @param generation of the new copy; nothing of it is in use */
  constructor(context: DriverContext, generation: number) {
    super(context, DATA, generation);
  }

  /**
   * Receives and verifies; durable when it resolves.
   *
   * @param receive the next part; undefined when there is none
   * @returns whether all of it came
   * @throws SnapshotError, FileSystemError, and whatever opening the copy throws
   */
  async run(begin: SnapshotBegin, receive: () => Promise<SnapshotPart | undefined>): Promise<boolean> {
    const { index, indexTerm, digest, files } = begin;
    try {
      return await this.receive({ applied: { epoch: indexTerm, lsn: index }, digest, files }, async () => {
        const part = await receive();
        return part === undefined ? undefined : partOf(part);
      });
    } catch (error) {
      if (isDamage(error)) throw new DamagedCopyError(error);
      throw error;
    }
  }
}

function partOf(part: SnapshotPart): CopyPart {
  if (part.kind === "piece" || part.kind === "end") return part;
  throw new SnapshotProtocolError(`'${part.kind}' in the middle of a copy`);
}
