import { removeDirectory } from "../../engine/file-io.ts";
import type { Host } from "../../host/host.ts";
import { clusterOf } from "../raft/members.ts";
import type { RaftParts } from "../raft/parts.ts";
import type { RaftSettings } from "../raft/settings.ts";
import { DATA as RAFT } from "../raft/storage.ts";
import { makeEmptyLog } from "../replication/empty-log.ts";
import { samePosition } from "../replication/position.ts";
import type { ClusterConfig } from "../topology.ts";
import type { LocalCopy } from "../wal-stream/local-copy.ts";
import type { Foundation } from "./foundation.ts";

/** A node's data is not what the cluster is to begin with. */
export class ConversionError extends Error {
  override readonly name = "ConversionError";
}

export interface ConversionContext {
  readonly host: Host;
  readonly config: ClusterConfig;
  readonly settings: RaftSettings;
  readonly parts: RaftParts;
}

/** What Raft keeps counts its copies from there. */
const FIRST_GENERATION = 1;

/**
 * Makes what Raft begins with, beside what is in use: a copy of the data, by second names of its files where the file system
 * can give them; a log without entries that begins behind it; and the state of a voter that has never voted. Nothing of it counts
 * before another file says so. What an attempt that was interrupted has left is removed first.
 */
export class Conversion {
  protected readonly context: ConversionContext;

  constructor(context: ConversionContext) {
    this.context = context;
  }

  /**
   * @param copy its log ends where the foundation does, and stays so
   * @param promised no term up to it can have been that of an epoch: entries of both would be taken for one another
   * @throws ConversionError, and whatever reading the copy and writing another throw
   */
  async run(copy: LocalCopy, { last, digest }: Foundation, promised: number): Promise<void> {
    const { host, config, parts } = this.context;
    const fs = host.fs("local");
    await RAFT.make(fs);
    await RAFT.removeUnused(fs, 0);
    // What was published before a crash may not be applied since, and nobody tells any more what was.
    await copy.applyUpTo(last.lsn);
    const made = await copy.store.checkpoint(RAFT.store(FIRST_GENERATION));
    if (!samePosition(made.applied, last) || made.digest !== digest) {
      throw new ConversionError(
        `the data is that of ${made.applied.epoch}/${made.applied.lsn} (${made.digest}), ` +
          `not of ${last.epoch}/${last.lsn} (${digest}); empty the disk, so that the node joins as a new member`,
      );
    }
    await makeEmptyLog(this.context, RAFT, FIRST_GENERATION, last);
    // The initial members are known by the names of their hosts: all have this data, or none runs Raft (see Upgrade).
    await new parts.StateFile(fs, RAFT.path).replace({
      cluster: clusterOf(config),
      member: host.name,
      phase: "formed",
      generation: FIRST_GENERATION,
      damaged: 0,
      term: Math.max(promised, last.epoch),
      vote: undefined,
      commit: last.lsn,
    });
  }

  /** Removes what there is of Raft's, durably: a node that joins must not be taken for the voter that an attempt was to make. */
  async clear(): Promise<void> {
    const fs = this.context.host.fs("local");
    if (!(await fs.readdir("/")).includes(RAFT.path.slice(1))) return;
    await RAFT.removeUnused(fs, 0);
    await removeDirectory(fs, RAFT.path);
    await fs.syncDirectory("/");
  }
}
