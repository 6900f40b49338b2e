import type { Claim } from "./claim.ts";
import { sharedDiskClaims } from "./shared-disk.ts";

/** Every claim that runs judge, by id, in the order of the document. */
export const ledger: ReadonlyMap<string, Claim> = new Map([...sharedDiskClaims].map((claim) => [claim.id, claim]));
