import { type CopyPart, CopyReceiver } from "../replication/copy-receiver.ts";
import type { DriverContext } from "./driver.ts";
import { SnapshotProtocolError, type SnapshotBegin, type SnapshotPart } from "./snapshot-protocol.ts";
import { DATA } from "./storage.ts";

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
  run(begin: SnapshotBegin, receive: () => Promise<SnapshotPart | undefined>): Promise<boolean> {
    const { index, indexTerm, digest, files } = begin;
    return this.receive({ applied: { epoch: indexTerm, lsn: index }, digest, files }, async () => {
      const part = await receive();
      return part === undefined ? undefined : partOf(part);
    });
  }
}

function partOf(part: SnapshotPart): CopyPart {
  if (part.kind === "piece" || part.kind === "end") return part;
  throw new SnapshotProtocolError(`'${part.kind}' in the middle of a copy`);
}
