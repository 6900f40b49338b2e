import { manifestName } from "../../engine/file-names.ts";
import { isFileSystemError } from "../../host/file-system-error.ts";
import { OpenFlag } from "../../host/file-system.ts";
import type { NodeContext } from "./node-context.ts";
import type { View } from "./view.ts";

/**
 * Has the mount ask the disk about what it remembers of the files that a replica follows, by what any client of a network
 * file system may do: a file that is opened is asked for (close-to-open), and the answer to a change in a directory tells
 * what others have changed there (weak cache consistency). So the directory gets a file and loses it again, which costs the
 * disk two changes, and CURRENT, the manifest and the logs are opened once more.
 */
export async function revalidate({ host, fs }: NodeContext, { database, directory }: View): Promise<void> {
  const marker = `${directory}/.seen-by-${host.name}`;
  try {
    const handle = await fs.open(marker, OpenFlag.WRITE | OpenFlag.CREATE);
    await handle.close();
    await fs.unlink(marker);
  } catch (error) {
    if (!isFileSystemError(error)) throw error;
  }
  const names = await fs.readdir(directory);
  const manifest = database.manifestName ?? manifestName(0);
  for (const name of names) {
    if (name !== "CURRENT" && name !== manifest && !name.endsWith(".log")) continue;
    try {
      const handle = await fs.open(`${directory}/${name}`, OpenFlag.READ);
      await handle.close();
    } catch (error) {
      // Gone meanwhile: whoever needs it will say so.
      if (!isFileSystemError(error, "ENOENT") && !isFileSystemError(error, "ESTALE")) throw error;
    }
  }
}
