import type { FileSystem } from "../host/file-system.ts";
import type { LocalHost } from "../host/host.ts";
import { EngineContext } from "./context.ts";
import type { Database } from "./database.ts";
import type { EngineOptions } from "./options.ts";
import { resolveOptions } from "./options.ts";
import type { EngineParts } from "./parts.ts";
import { defaultEngineParts } from "./parts.ts";
import { ForeignCheckpoint } from "./foreign-checkpoint.ts";
import type { ReadOnlyDatabase } from "./read-only-database.ts";

/** What a database runs on, and where. */
export interface DatabaseSettings {
  readonly host: LocalHost;
  /** One of the host's mounts. */
  readonly fs: FileSystem;
  /** An absolute path in the mount. Its parent must exist. */
  readonly directory: string;
  readonly options?: Partial<EngineOptions>;
  readonly parts?: EngineParts;
}

/**
 * Opens a database for reading and writing: locks its directory and recovers what it holds, or makes a new one.
 *
 * @throws DatabaseLockedError another instance has it open
 * @throws DatabaseExistenceError it does not exist, or does, and the options forbid that
 * @throws CorruptionError, UnsupportedFormatError, InvalidOptionError, FileSystemError
 */
export async function openDatabase(settings: DatabaseSettings): Promise<Database> {
  const context = contextOf(settings);
  const database = new context.parts.Database(context);
  await database.open();
  return database;
}

/**
 * Opens another instance's database for reading, and takes over its current version.
 *
 * @throws DatabaseExistenceError there is no database
 * @throws ManifestUnavailableError, CorruptionError, UnsupportedFormatError, InvalidOptionError, FileSystemError
 */
export async function openReadOnlyDatabase(settings: DatabaseSettings): Promise<ReadOnlyDatabase> {
  const context = contextOf(settings);
  const database = new context.parts.ReadOnlyDatabase(context);
  await database.refresh();
  return database;
}

/**
 * Makes a copy of a database that another instance may still be writing, from its files alone, that can be opened on its
 * own: it has every write that was durable at the call. Nothing of the database is changed, and no lock is taken.
 *
 * @param target an absolute path in the same mount, where nothing is; its parent must exist. After a crash on the way it is
 *   not there at all
 * @throws CheckpointTargetError, CorruptionError, ManifestUnavailableError, UnsupportedFormatError, InvalidOptionError,
 *   FileSystemError
 */
export async function checkpointForeignDatabase(settings: DatabaseSettings, target: string): Promise<void> {
  await new ForeignCheckpoint(contextOf(settings)).run(target);
}

function contextOf({ host, fs, directory, options, parts }: DatabaseSettings): EngineContext {
  return new EngineContext(host, fs, directory, resolveOptions(options), parts ?? defaultEngineParts);
}
