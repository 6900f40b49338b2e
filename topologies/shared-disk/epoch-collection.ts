import { isFileSystemError } from "../../host/file-system-error.ts";
import { MILLISECOND } from "../../host/time.ts";
import type { NodeContext } from "./node-context.ts";

/** Between two looks whether the time has come. */
const PERIOD = 250 * MILLISECOND;
const DIRECTORY_PATTERN = /^([0-9]{6,})(\.checkpoint)?$/;

/**
 * Deletes the databases of epochs before `own`, once: to be run by the primary that has taken them over. Their tables live on
 * under the names that it gave them. A claim that was begun but never carried on leaves files, too; claims themselves stay, so
 * that no number is given twice.
 *
 * @param settling whether everything must stay for now, as others may lease it
 * @param closed whether the primary has ended meanwhile
 * @param begin called before the first file goes
 */
export async function collectEpochs(
  context: NodeContext,
  own: number,
  settling: () => boolean,
  closed: () => boolean,
  begin: () => void,
): Promise<void> {
  const { host, fs, claims } = context;
  while (settling() && !closed()) await host.clock.sleep(PERIOD);
  if (closed()) return;
  begin();
  try {
    for (const name of await fs.readdir(claims.root)) {
      const epoch = Number(DIRECTORY_PATTERN.exec(name)?.[1] ?? own);
      if (epoch < own && !closed()) await removeTree(context, `${claims.root}/${name}`);
    }
  } catch (error) {
    // The next primary tries again. Nothing but room depends on it.
    if (!isFileSystemError(error)) throw error;
    host.trace({ kind: "epoch-collection-failed", code: error.code, path: error.path });
  }
}

async function removeTree({ host, fs }: NodeContext, directory: string): Promise<void> {
  let files = 0;
  for (const name of await fs.readdir(directory)) {
    try {
      await fs.unlink(`${directory}/${name}`);
      files++;
    } catch (error) {
      // An old primary that does not know yet deletes files of its own.
      if (!isFileSystemError(error, "ENOENT")) throw error;
    }
  }
  await fs.rmdir(directory);
  host.trace({ kind: "epoch-collected", path: directory, files });
}
