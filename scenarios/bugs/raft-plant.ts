import { type CoreParts, defaultCoreParts } from "../../topologies/raft/core/parts.ts";
import { defaultRaftParts, type RaftParts } from "../../topologies/raft/parts.ts";
import { raft, raftLease, raftReadIndex } from "../../topologies/raft/raft.ts";
import type { ModeSettings } from "../../topologies/raft/settings.ts";
import type { Topology } from "../../topologies/topology.ts";

interface Plant {
  /** Default ReadIndex. */
  readonly mode?: "read-index" | "lease";
  readonly core?: Partial<CoreParts>;
  readonly parts?: Partial<Omit<RaftParts, "core">>;
  readonly settings?: ModeSettings;
}

/** Raft with a bug in it, by the bug's id; with all that the mode promises. */
export function planted(id: string, { mode = "read-index", core = {}, parts = {}, settings = {} }: Plant): Topology {
  const { id: name, summary, promises } = mode === "lease" ? raftLease : raftReadIndex;
  return raft({
    id: `${name}+${id}`,
    summary: `${summary}; with bug ${id} planted`,
    settings: { reads: mode, ...settings },
    promises,
    parts: { ...defaultRaftParts, ...parts, core: { ...defaultCoreParts, ...core } },
  });
}
