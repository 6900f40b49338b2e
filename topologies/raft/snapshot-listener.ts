import type { Host } from "../../host/host.ts";
import { isNetworkError } from "../../host/network-error.ts";
import type { Connection, Listener } from "../../host/network.ts";
import { acceptConnections } from "../accept-connections.ts";
import { SnapshotError } from "../replication/copy-receiver.ts";
import { DamagedCopyError } from "./snapshot-receiver.ts";
import type { RaftDriver } from "./driver.ts";
import { clusterOf } from "./members.ts";
import {
  decodePart,
  encodePart,
  SNAPSHOT_PORT,
  SnapshotProtocolError,
  type SnapshotPart,
} from "./snapshot-protocol.ts";

/** A node as whoever sends it all data finds it. */
export interface SnapshotHome {
  /** Undefined while it takes none. */
  readonly driver: RaftDriver | undefined;
  nextGeneration(): number;
  fail(error: unknown): void;
}

/** Accepts whole copies of the data, one at a time, and hands each to the core once it is whole. Until closed. */
export function acceptSnapshots(host: Host, home: SnapshotHome): Listener {
  let latest: Connection | undefined;
  return acceptConnections(host, SNAPSHOT_PORT, "accept snapshots", (connection) => {
    // Who comes later leads in a later term, or has given the former copy up.
    latest?.reset();
    latest = connection;
    host.spawn(`snapshot from ${connection.peer.host}`, () => receiveSnapshot(host, home, connection));
  });
}

async function receiveSnapshot(host: Host, home: SnapshotHome, connection: Connection): Promise<void> {
  const { driver } = home;
  if (driver === undefined) {
    connection.reset();
    return;
  }
  const { codec, config, parts } = driver.context;
  const cluster = clusterOf(config);
  const receive = async (): Promise<SnapshotPart | undefined> => {
    const bytes = await connection.receive();
    return bytes === undefined ? undefined : decodePart(codec, cluster, bytes);
  };
  try {
    const begin = await receive();
    if (begin?.kind !== "begin") throw new SnapshotProtocolError("a copy begins with what it is of");
    if (begin.to !== driver.core.id) throw new SnapshotProtocolError(`it is for ${begin.to}`);
    const generation = home.nextGeneration();
    const receiver = new parts.SnapshotReceiver(driver.context, generation);
    const { from, to, term, index, indexTerm, configuration } = begin;
    const whole = await receiver.run(begin, receive);
    const message = { kind: "snapshot", from, to, term, index, indexTerm, configuration } as const;
    const taken = whole && !driver.ended && driver.snapshotReceived(message, generation);
    if (!taken) await receiver.clear();
    if (whole) await connection.send(encodePart(codec, cluster, { kind: "received", taken, damaged: false }));
    connection.close();
  } catch (error) {
    if (error instanceof DamagedCopyError) {
      // Whoever sent it would try for ever, and not know why.
      const part = encodePart(codec, cluster, { kind: "received", taken: false, damaged: true });
      await connection.send(part).catch(() => undefined);
      connection.close();
    } else connection.reset();
    if (error instanceof SnapshotError) {
      const from = connection.peer.host;
      host.trace({ kind: "message-dropped", from, reason: "malformed", detail: error.message });
    } else if (!isNetworkError(error)) {
      if (!driver.ended) home.fail(error);
    }
  }
}
