import { defaultEngineParts } from "../../engine/index.ts";
import { OpenFlag } from "../../host/file-system.ts";
import { planted, unchecked, type PlantedBug } from "./planted-bug.ts";

const { CurrentFile, LogWriter, VersionSet } = defaultEngineParts;

type Changes = Parameters<InstanceType<typeof VersionSet>["apply"]>[0];

/** Forgets that a write or sync of a manifest failed, and so takes more. */
class ForgetfulLogWriter extends LogWriter {
  protected override noteFailure(error: unknown): void {
    if (!this.name.startsWith("MANIFEST")) super.noteFailure(error);
  }
}

/** Bugs in how the manifest and CURRENT are written. */
export const manifestBugs: readonly PlantedBug[] = [
  {
    id: "ST-1",
    title: "old manifest and logs are removed before CURRENT's renaming is durable",
    source: "leveldb#195",
    plant: planted({
      CurrentFile: class extends CurrentFile {
        protected override async syncAfterRename(): Promise<void> {}
      },
    }),
    hunts: [{ kind: "states", workload: "manifests" }],
  },
  {
    id: "ST-3",
    title: "the manifest's name is never synced",
    source: "leveldb#189, leveldb#196",
    plant: planted({
      CurrentFile: class extends CurrentFile {
        protected override async syncBeforeRename(): Promise<void> {}
        protected override async syncAfterRename(): Promise<void> {}
      },
    }),
    hunts: [{ kind: "states", workload: "first-write" }],
  },
  {
    id: "ST-4",
    title: "CURRENT is renamed before its content is durable, and comes back as zeros",
    source: "leveldb#74",
    plant: planted({
      CurrentFile: class extends CurrentFile {
        protected override async writeTemporary(path: string, content: Uint8Array): Promise<void> {
          const handle = await this.context.fs.open(path, OpenFlag.WRITE | OpenFlag.CREATE | OpenFlag.EXCLUSIVE);
          await handle.write(content, 0, content.length, 0);
          await handle.close();
        }
      },
    }),
    hunts: [{ kind: "states", workload: "first-write" }],
  },
  {
    id: "ST-8",
    title: "one directory sync for the manifest and for CURRENT, which names it",
    source: "pebble#5915",
    plant: planted({
      CurrentFile: class extends CurrentFile {
        protected override async syncBeforeRename(): Promise<void> {}
      },
    }),
    hunts: [{ kind: "states", workload: "first-write" }],
  },
  {
    id: "ST-9",
    title: "after a failed sync of the manifest the new tables are removed, and the edit survives",
    source: "rocksdb#4990, pebble#153",
    plant: planted({
      VersionSet: class extends VersionSet {
        override async apply(changes: Changes): ReturnType<InstanceType<typeof VersionSet>["apply"]> {
          try {
            return await super.apply(changes);
          } catch (error) {
            const { context } = this;
            for (const { table } of changes.added) {
              await context.fs.unlink(context.path(`${String(table.number).padStart(6, "0")}.sst`));
            }
            throw error;
          }
        }
      },
    }),
    hunts: [{ kind: "errors", workload: "one-flush" }],
  },
  {
    id: "ST-10",
    title: "a recovery gives the number of a table that an edit it cannot see may name to another file",
    source: "rocksdb#7607, pebble#984",
    plant: planted({
      VersionSet: class extends VersionSet {
        override markFileNumberUsed(): void {}
      },
    }),
    hunts: [{ kind: "states", workload: "one-flush" }],
  },
  {
    id: "ST-11",
    title: "edits are appended to a manifest behind one whose write failed",
    source: "rocksdb#6331",
    plant: planted({
      LogWriter: class extends ForgetfulLogWriter {
        override async append(bytes: Uint8Array, start?: number, end?: number): Promise<void> {
          const first = this.offset === 0;
          try {
            await super.append(bytes, start, end);
          } catch (error) {
            if (!this.name.startsWith("MANIFEST") || first) throw error;
          }
        }
      },
    }),
    hunts: [{ kind: "errors", workload: "deletions" }],
  },
  {
    id: "ST-12",
    title: "a new manifest that could not be written is adopted, and the good one removed",
    source: "rocksdb#12865",
    plant: planted({
      LogWriter: ForgetfulLogWriter,
      VersionSet: class extends VersionSet {
        protected override writeSnapshot(manifest: InstanceType<typeof LogWriter>, record: Uint8Array): Promise<void> {
          return unchecked(() => super.writeSnapshot(manifest, record));
        }
      },
    }),
    hunts: [{ kind: "errors", workload: "first-write" }],
  },
];
