import type { Standing, StreamStanding } from "./control-protocol.ts";
import type { Foundation } from "./foundation.ts";

/**
 * What all nodes hold, when all hold the same and none takes any change more: then it stays so. Entries come from a primary's
 * clients alone, of which none is answered; so nobody can be sent any, whoever leads from now on.
 *
 * They must follow one epoch too: a node that still follows an earlier one could be sent what the others have cut off.
 *
 * @param nodes their names, in order
 * @returns undefined when it is not so, or not known of all
 */
export function levelOf(standings: readonly Standing[], nodes: readonly string[]): Foundation | undefined {
  const copies: number[] = [];
  let first: StreamStanding | undefined;
  for (const node of nodes) {
    const standing = standings.find((each) => each.node === node);
    const stream = standing?.stream;
    if (standing?.frozen !== true || stream?.whole !== true || stream.copy === 0) return undefined;
    first ??= stream;
    if (!holdsSame(stream, first)) return undefined;
    copies.push(stream.copy);
  }
  if (first === undefined) return undefined;
  const { lastEpoch, lastLsn, digest, epochs } = first;
  return { last: { epoch: lastEpoch, lsn: lastLsn }, digest, copies, epochs };
}

function holdsSame(stream: StreamStanding, other: StreamStanding): boolean {
  return (
    stream.cluster === other.cluster &&
    stream.epoch === other.epoch &&
    stream.lastEpoch === other.lastEpoch &&
    stream.lastLsn === other.lastLsn &&
    stream.applied === stream.lastLsn &&
    stream.digest !== "" &&
    stream.digest === other.digest
  );
}
