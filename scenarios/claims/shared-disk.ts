import type { Claim } from "./claim.ts";
import { backgroundWorkClaims } from "./sd-background-work.ts";
import { cachesAndLocksClaims } from "./sd-caches-and-locks.ts";
import { failureClaims } from "./sd-failures.ts";
import { manifestClaims } from "./sd-manifest.ts";
import { memtableAndLogClaims } from "./sd-memtable-and-log.ts";
import { mitigationClaims } from "./sd-mitigations.ts";
import { storageClaims } from "./sd-storage.ts";

/** Claims of the document on a shared disk, the proposal that it rejects, by number. */
export const sharedDiskClaims: readonly Claim[] = [
  ...backgroundWorkClaims,
  ...manifestClaims,
  ...memtableAndLogClaims,
  ...cachesAndLocksClaims,
  ...storageClaims,
  ...failureClaims,
  ...mitigationClaims,
].sort((a, b) => numberOf(a) - numberOf(b));

/** 2, of "SD-2". */
function numberOf({ id }: Claim): number {
  return Number(id.slice(id.indexOf("-") + 1));
}
