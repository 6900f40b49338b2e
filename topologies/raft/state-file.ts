import { MalformedBytesError } from "../../engine/index.ts";
import { beginSealed, finishSealed, openSealed, type Seal, SealedFile } from "../replication/sealed-file.ts";
import { utf8, utf8Text } from "../text.ts";
import type { HardState } from "./core/core-settings.ts";

/**
 * Where a node stands between an empty disk and a member. "founding": it belongs to those that the cluster begins with, and has
 * never voted; "formed": so do all the others, durably, and it may vote; "joining": its disk was empty where a cluster was.
 */
export type Phase = "founding" | "formed" | "joining";

/** What a node must know before it looks at its data, and what it must not forget. */
export interface NodeFile extends HardState {
  readonly cluster: string;
  /** As whom it votes. */
  readonly member: string;
  readonly phase: Phase;
  /** Which directories hold its log and its data. */
  readonly generation: number;
  /** Which hold what it gave up because it is damaged, until it is a voter again: others may turn out to lack it. 0: none. */
  readonly damaged: number;
}

const SEAL: Seal = {
  magic: 0x53464c52,
  version: 2,
  what: "the state",
  name: "STATE",
  mostBytes: 1 << 16,
  remedy: "empty the disk, so that the node joins as a new member",
};
const PHASES: readonly Phase[] = ["founding", "formed", "joining"];

export function encodeNodeFile({
  cluster,
  member,
  phase,
  generation,
  damaged,
  term,
  vote,
  commit,
}: NodeFile): Uint8Array {
  const writer = beginSealed(SEAL);
  writer.bytes(utf8(cluster));
  writer.bytes(utf8(member));
  writer.byte(PHASES.indexOf(phase));
  writer.varint(generation);
  writer.varint(damaged);
  writer.varint(term);
  writer.bytes(utf8(vote ?? ""));
  writer.varint(commit);
  return finishSealed(writer);
}

/** @throws MalformedBytesError */
export function decodeNodeFile(bytes: Uint8Array): NodeFile {
  const reader = openSealed(bytes, SEAL);
  const cluster = utf8Text(reader.bytes());
  const member = utf8Text(reader.bytes());
  const phase = PHASES[reader.byte()];
  if (phase === undefined) throw new MalformedBytesError("it is of no known phase");
  const generation = reader.varint();
  const damaged = reader.varint();
  const term = reader.varint();
  const vote = utf8Text(reader.bytes());
  const commit = reader.varint();
  return { cluster, member, phase, generation, damaged, term, vote: vote === "" ? undefined : vote, commit };
}

/** The file that holds term, vote and identity. */
export class StateFile extends SealedFile<NodeFile> {
  protected readonly seal = SEAL;

  /** Replaces the state; durable when it resolves. One call at a time. @throws FileSystemError it may be replaced or not */
  replace(next: NodeFile): Promise<void> {
    return this.write(next);
  }

  protected encode(content: NodeFile): Uint8Array {
    return encodeNodeFile(content);
  }

  protected decode(bytes: Uint8Array): NodeFile {
    return decodeNodeFile(bytes);
  }
}
