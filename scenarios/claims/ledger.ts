import type { Claim } from "./claim.ts";
import { raftClaims } from "./raft.ts";
import { sharedDiskClaims } from "./shared-disk.ts";
import { walStreamClaims } from "./wal-stream.ts";

/** Every claim that runs judge, by id, in the order of the document. */
export const ledger: ReadonlyMap<string, Claim> = new Map(
  [...sharedDiskClaims, ...raftClaims, ...walStreamClaims].map((claim) => [claim.id, claim]),
);
