import { checkpointForeignDatabase } from "../../engine/index.ts";
import { OpenFlag } from "../../host/file-system.ts";
import { isFileSystemError } from "../../host/file-system-error.ts";
import type { EpochClaim } from "./epoch-claims.ts";
import { takeReservation } from "./fence.ts";
import type { NodeContext } from "./node-context.ts";

/** How often a claim is tried while others are faster. */
const ATTEMPTS = 5;

/** Somebody else claims epochs all the time. */
export class OvertakenError extends Error {
  override readonly name = "OvertakenError";

  constructor() {
    super(`${ATTEMPTS} claims of an epoch were overtaken by others; see who else was promoted`);
  }
}

/**
 * Begins an epoch: claims the next number, ends every epoch before it, and makes of the newest that was ready a database of
 * its own. The tables get second names, so that whatever the old primary goes on to delete, its successor has; its logs are
 * copied as far as they go.
 *
 * @returns the claim; its database is there, or there was none to carry on
 * @throws OvertakenError, DatabaseError, FileSystemError, ClaimError
 */
export async function beginEpoch(context: NodeContext): Promise<EpochClaim> {
  const { host, fs, claims, config, switches } = context;
  // First: without it nothing that follows could be written.
  if (switches.reservation) await takeReservation(context);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const claim = await claims.claim();
    if (claim === undefined) continue;
    const before = await claims.sealBefore(claim.epoch);
    if (before !== undefined) {
      const directory = claims.directory(before.epoch);
      await discover(context, directory, claim.epoch);
      const target = claims.directory(claim.epoch);
      await checkpointForeignDatabase({ host, fs, directory, options: config.engine }, target);
      host.trace({ kind: "epoch-carried-on", epoch: claim.epoch, from: before.epoch });
    }
    return claim;
  }
  throw new OvertakenError();
}

/**
 * Has the mount forget what it believes of a directory, by a change there: the answer tells what others have changed. A list
 * of files from before would leave out the newest log, and with it writes that were acknowledged.
 */
async function discover({ fs }: NodeContext, directory: string, by: number): Promise<void> {
  try {
    const handle = await fs.open(`${directory}/.carried-on-by-${by}`, OpenFlag.WRITE | OpenFlag.CREATE);
    await handle.close();
  } catch (error) {
    if (!isFileSystemError(error, "EEXIST")) throw error;
  }
}
