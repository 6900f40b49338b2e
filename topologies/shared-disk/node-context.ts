import type { FileSystem } from "../../host/file-system.ts";
import type { Host } from "../../host/host.ts";
import { isNetworkError } from "../../host/network-error.ts";
import type { Duration } from "../../host/time.ts";
import { ProtocolError } from "../protocol.ts";
import { DATABASE_DIRECTORY } from "../read-write-node.ts";
import { resolveSettings } from "../settings.ts";
import type { ClusterConfig } from "../topology.ts";
import { EpochClaims } from "./epoch-claims.ts";
import type { NodeGroup } from "./groups.ts";
import { PEER_PORT, PeerProtocol, type PeerReply, type PeerRequest } from "./peer-protocol.ts";
import { DEFAULT_SETTINGS, type SharedDiskSettings } from "./settings.ts";
import type { Switches } from "./switches.ts";

/** What all parts of one node share. */
export class NodeContext {
  readonly host: Host;
  readonly fs: FileSystem;
  readonly config: ClusterConfig;
  readonly switches: Switches;
  readonly settings: SharedDiskSettings;
  /** The other nodes of the group. */
  readonly peers: readonly string[];
  /** Whether it is the primary of a group that has none yet. */
  readonly first: boolean;
  /** Where the database is, without epochs. */
  readonly directory: string;
  readonly claims: EpochClaims;
  readonly protocol = new PeerProtocol();

  constructor(host: Host, config: ClusterConfig, switches: Switches, group: NodeGroup) {
    this.host = host;
    this.fs = host.fs("shared");
    this.config = config;
    this.switches = switches;
    this.settings = resolveSettings(config, DEFAULT_SETTINGS);
    this.peers = group.nodes.filter((node) => node !== host.name);
    this.first = group.nodes[0] === host.name;
    this.directory = `${DATABASE_DIRECTORY}${group.suffix}`;
    this.claims = new EpochClaims(host, this.fs, `/epochs${group.suffix}`);
  }

  /** Asks another node. @returns undefined when no answer came, or none that makes sense */
  ask(node: string, request: PeerRequest, deadline: Duration): Promise<PeerReply | undefined> {
    return askPeer(this.host, this.protocol, node, request, deadline);
  }
}

/** Asks a node. @returns undefined when no answer came, or none that makes sense */
export async function askPeer(
  host: Host,
  protocol: PeerProtocol,
  node: string,
  request: PeerRequest,
  deadline: Duration,
): Promise<PeerReply | undefined> {
  try {
    const endpoint = { host: node, port: PEER_PORT };
    return protocol.decodeReply(await host.net.request(endpoint, protocol.encode(request), { deadline }));
  } catch (error) {
    if (isNetworkError(error) || error instanceof ProtocolError) return undefined;
    throw error;
  }
}
