import { removeDirectory } from "../../engine/file-io.ts";
import { isNetworkError } from "../../host/network-error.ts";
import type { Connection } from "../../host/network.ts";
import { SECOND, type Duration } from "../../host/time.ts";
import { filesToSend, sendFiles } from "../replication/copy-sender.ts";
import type { SnapshotInstall, SnapshotNeed } from "./core/ready.ts";
import type { RaftDriver } from "./driver.ts";
import { clusterOf, hostOf } from "./members.ts";
import {
  decodePart,
  encodePart,
  SNAPSHOT_PORT,
  SnapshotProtocolError,
  type SnapshotPart,
} from "./snapshot-protocol.ts";
import { DATA } from "./storage.ts";

/** How long a copy may take, sent and verified. */
const PATIENCE: Duration = 10 * SECOND;

/** Sends a follower all data, as of one entry, while writes go on; the log is kept from there for it. */
export class SnapshotSender {
  protected readonly driver: RaftDriver;
  private readonly need: SnapshotNeed;
  private connection: Connection | undefined;
  private given = false;

  constructor(driver: RaftDriver, need: SnapshotNeed) {
    this.driver = driver;
    this.need = need;
  }

  /**
   * @returns the index that the copy is of; undefined when it was not sent, or not taken
   * @throws whatever making a checkpoint and reading it throw
   */
  async run(): Promise<number | undefined> {
    const { driver, need } = this;
    const { host } = driver.context;
    const holder = `${need.to} ${host.clock.monotonic()}`;
    const timer = host.clock.timer(PATIENCE, () => {
      this.given = true;
      this.connection?.reset();
    });
    // What a crash leaves there is removed at the next start.
    const directory = DATA.checkpoint(`${need.to}-${host.clock.monotonic()}`);
    this.keepLog(holder, driver.core.applied);
    try {
      host.trace({ kind: "full-sync-began", replica: need.to, reason: "log-compacted" });
      const { applied, digest } = await driver.storage.store.checkpoint(directory);
      if (applied.lsn < need.minimum || driver.ended) return undefined;
      const snapshot = driver.core.snapshotAt(applied.lsn);
      return (await this.send(directory, snapshot, digest)) ? applied.lsn : undefined;
    } catch (error) {
      if (isNetworkError(error)) return undefined;
      if (!(error instanceof SnapshotProtocolError)) throw error;
      host.trace({ kind: "message-dropped", from: need.to, reason: "malformed", detail: error.message });
      return undefined;
    } finally {
      timer.cancel();
      this.keepLog(holder, undefined);
      this.connection?.reset();
      await removeDirectory(host.fs("local"), directory);
    }
  }

  /**
   * Keeps the log behind an index. From before the checkpoint is made: were the log compacted between the two, the follower
   * could not go on from the copy.
   */
  protected keepLog(holder: string, index: number | undefined): void {
    this.driver.keepLog(holder, index);
  }

  private async send(directory: string, snapshot: SnapshotInstall, digest: string): Promise<boolean> {
    const { driver, need } = this;
    const { host, codec, config, settings } = driver.context;
    const fs = host.fs("local");
    const cluster = clusterOf(config);
    const files = await filesToSend(fs, directory);
    const connection = await host.net.connect({ host: hostOf(need.to), port: SNAPSHOT_PORT });
    this.connection = connection;
    if (this.given) return false;
    const put = (part: SnapshotPart): Promise<void> => connection.send(encodePart(codec, cluster, part));
    const { index, term: indexTerm, configuration } = snapshot;
    const { id: from } = driver.core;
    await put({ kind: "begin", from, to: need.to, term: need.term, index, indexTerm, configuration, digest, files });
    const checksums = await sendFiles(fs, directory, files, settings.chunkBytes, (piece) =>
      put({ kind: "piece", ...piece }),
    );
    await put({ kind: "end", checksums });
    const answer = await connection.receive();
    if (answer === undefined) return false;
    const part = decodePart(codec, cluster, answer);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const taken = part.kind === "received" && part.taken;
    // Throws for what is damaged, so that this node gets it from others instead of passing it on. Past the cache of blocks, which
    // may have them as they were: the copy would be sent, and be of no use, for ever.
    if (part.kind === "received" && part.damaged) await driver.storage.store.verify();
    host.trace({ kind: "full-sync-sent", replica: need.to, lsn: index, files: files.length, bytes, taken });
    return taken;
  }
}
