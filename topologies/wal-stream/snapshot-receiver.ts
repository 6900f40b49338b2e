import { type CopyPart, CopyReceiver, SnapshotError } from "../replication/copy-receiver.ts";
import { DATA } from "./local-copy.ts";
import type { NodeContext } from "./node-context.ts";
import type { SnapshotBegin, StreamMessage } from "./stream-protocol.ts";

/** Receives all of a primary's data. */
export class SnapshotReceiver extends CopyReceiver<NodeContext> {
  /** @param generation of the new copy; nothing of it is in use */
  constructor(context: NodeContext, generation: number) {
    super(context, DATA, generation);
  }

  /**
   * Receives and verifies; durable when it resolves.
   *
   * @param receive the next message; undefined when there is none
   * @returns whether all of it came
   * @throws SnapshotError, FileSystemError, and whatever opening the copy throws
   */
  run(begin: SnapshotBegin, receive: () => Promise<StreamMessage | undefined>): Promise<boolean> {
    const { applied, files } = begin;
    const { host } = this.context;
    host.trace({
      kind: "full-sync-receiving",
      lsn: applied.lsn,
      files: files.length,
      generation: this.generation,
    });
    return this.receive(begin, () => nextPart(receive));
  }
}

/** Entries that come meanwhile are for who follows already: they come again. */
async function nextPart(receive: () => Promise<StreamMessage | undefined>): Promise<CopyPart | undefined> {
  for (;;) {
    const message = await receive();
    switch (message?.kind) {
      case undefined:
        return undefined;
      case "chunk":
        return { ...message, kind: "piece" };
      case "snapshot-end":
        return { kind: "end", checksums: message.checksums };
      case "entries":
        continue;
      default:
        throw new SnapshotError(`'${message?.kind ?? ""}' in the middle of a copy`);
    }
  }
}
