import type { Host } from "../../host/host.ts";
import type { ClusterConfig } from "../topology.ts";
import type { FrameWriter } from "./frames.ts";
import type { MetadataFile } from "./metadata.ts";
import type { WalStreamParts } from "./parts.ts";
import type { WalStreamSettings } from "./settings.ts";

/** What all parts of one node share. */
export interface NodeContext {
  readonly host: Host;
  readonly config: ClusterConfig;
  readonly settings: WalStreamSettings;
  readonly parts: WalStreamParts;
  /** The names of all nodes, in the order of their numbers. */
  readonly nodes: readonly string[];
  readonly metadata: MetadataFile;
  readonly frames: FrameWriter;
}

/** The other nodes. */
export function peersOf({ host, nodes }: NodeContext): string[] {
  return nodes.filter((name) => name !== host.name);
}
