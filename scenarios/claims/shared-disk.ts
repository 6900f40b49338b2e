import type { Claim } from "./claim.ts";
import { backgroundWorkClaims } from "./sd-background-work.ts";
import { cachesAndLocksClaims } from "./sd-caches-and-locks.ts";
import { manifestClaims } from "./sd-manifest.ts";
import { memtableAndLogClaims } from "./sd-memtable-and-log.ts";

/** Claims of the document on a shared disk, the proposal that it rejects, by number. */
export const sharedDiskClaims: readonly Claim[] = [
  ...backgroundWorkClaims,
  ...manifestClaims,
  ...memtableAndLogClaims,
  ...cachesAndLocksClaims,
].sort((a, b) => numberOf(a) - numberOf(b));

/** 2, of "SD-2". */
function numberOf({ id }: Claim): number {
  return Number(id.slice(id.indexOf("-") + 1));
}
