import type { Claim } from "./claim.ts";
import { walStreamFailoverClaims } from "./ws-failover.ts";
import { walStreamReplicationClaims } from "./ws-replication.ts";

/** Claims of the document on WAL streaming, its plan B, in the document's order. */
export const walStreamClaims: readonly Claim[] = [...walStreamReplicationClaims, ...walStreamFailoverClaims].sort(
  (a, b) => numberOf(a) - numberOf(b),
);

function numberOf({ id }: Claim): number {
  return Number(id.slice(id.indexOf("-") + 1));
}
