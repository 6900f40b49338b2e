import { pageFate, type CrashChoice } from "../../sim/fs/crash-choice.ts";
import type { FileInode } from "../../sim/fs/inode.ts";
import type { Volume } from "../../sim/fs/volume.ts";

/** What an outcome stands for: a line for each thing un-synced that a crash could keep or lose. */
export function describeOutcome(
  volume: Volume,
  choices: readonly CrashChoice[],
  outcome: readonly number[],
): readonly string[] {
  return choices.flatMap((choice, at) => {
    const option = outcome[at] ?? 0;
    switch (choice.kind) {
      case "directory-operation":
        return [`${option === 1 ? "kept" : "lost"}: ${describeOperation(choice.operation)}`];
      case "journal":
        return choice.operations.map(
          ({ operation }, index) => `${index < option ? "kept" : "lost"}: ${describeOperation(operation)}`,
        );
      case "size": {
        const { size } = choice.sizes[option] ?? { size: 0 };
        return [`${nameOf(volume, choice.file)}: ${size} of ${choice.file.size} bytes long`];
      }
      case "page": {
        const { version, torn, garbage } = pageFate(choice, option);
        const page = `${nameOf(volume, choice.file)}: page ${choice.page}`;
        if (garbage) return [`${page} holds garbage`];
        const sectors = torn === 0 ? "" : `, and the next in sectors ${sectorsOf(torn)}`;
        return [`${page} has seen ${version} of ${choice.touching.length} writes${sectors}`];
      }
    }
  });
}

/** "0.1.3", as a command line takes it. */
export function outcomeText(outcome: readonly number[]): string {
  return outcome.length === 0 ? "-" : outcome.join(".");
}

/** The inverse of {@link outcomeText}; undefined when it is none. */
export function parseOutcome(text: string): number[] | undefined {
  if (text === "-") return [];
  return /^\d+(\.\d+)*$/.test(text) ? text.split(".").map(Number) : undefined;
}

function describeOperation({
  kind,
  name,
  from,
}: {
  readonly kind: string;
  readonly name: string;
  readonly from: string | undefined;
}): string {
  if (kind === "link") return `the name ${name}`;
  if (kind === "unlink") return `the removal of ${name}`;
  return `the renaming of ${from ?? ""} to ${name}`;
}

function sectorsOf(mask: number): string {
  const sectors: number[] = [];
  for (let sector = 0; sector < 8; sector++) if ((mask & (1 << sector)) !== 0) sectors.push(sector);
  return sectors.join(",");
}

/** A file's name, in the page cache or else on the disk. */
function nameOf(volume: Volume, file: FileInode): string {
  for (const directory of volume.inodes.values()) {
    if (directory.type !== "directory") continue;
    for (const [name, { inode }] of directory.entries) if (inode === file) return name;
    for (const [name, inode] of directory.durable) if (inode === file) return `${name} (removed)`;
    for (const { name, inode } of directory.unsynced) if (inode === file) return `${name} (removed)`;
  }
  return `inode ${file.number}`;
}
