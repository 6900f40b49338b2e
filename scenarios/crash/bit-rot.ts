import { copyVolume } from "../../sim/fs/copy-volume.ts";
import { settleEverything } from "../../sim/fs/crash.ts";
import type { Volume } from "../../sim/fs/volume.ts";
import type { Kernel } from "../../sim/kernel.ts";
import { saysDamaged } from "./judge-fault.ts";
import type { CrashPoint, Recording } from "./record-workload.ts";
import type { Recovered } from "./recovery.ts";
import { DIRECTORY } from "./run-steps.ts";

/** A bit of a file that is no longer what was written. */
export interface Rot {
  readonly path: string;
  readonly position: number;
  /** 0 to 7. */
  readonly bit: number;
}

/** A disk as it is at some moment, everything durable, but for one bit. Undefined when there is no such byte. */
export function rotten(original: Volume, { path, position, bit }: Rot, kernel: Kernel): Volume | undefined {
  const volume = copyVolume(original, kernel);
  settleEverything(volume);
  const file = volume.resolve(path);
  if (file.type !== "file" || position >= file.size) return undefined;
  const byte = new Uint8Array(1);
  volume.read(file, byte, 0, 1, position);
  byte[0] = (byte[0] as number) ^ (1 << bit);
  volume.store.write(file.bytes, byte, 0, 1, position);
  return volume;
}

/** The files of the database, with their sizes. */
export function filesOf(volume: Volume): { readonly path: string; readonly size: number }[] {
  const directory = volume.find(volume.root, DIRECTORY.slice(1));
  if (directory?.type !== "directory") return [];
  return [...directory.entries]
    .flatMap(([name, { inode }]) => (inode.type === "file" ? [{ path: `${DIRECTORY}/${name}`, size: inode.size }] : []))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What a rotten bit led to. */
export type RotVerdict =
  { readonly kind: "right" } | { readonly kind: "noticed" } | { readonly kind: "wrong"; readonly problem: string };

/**
 * Judges a recovery from a rotten disk: the engine serves the right bytes or says that they are corrupt. Nor may a bit of the
 * newest log pass for the torn end that a crash leaves.
 */
export function judgeRot(
  { content, problem, error }: Recovered,
  { promised }: CrashPoint,
  { ledger }: Pick<Recording, "ledger">,
): RotVerdict {
  const wrong = content === undefined ? undefined : ledger.judge(content, promised.acknowledged, promised.begun);
  if (wrong !== undefined) return { kind: "wrong", problem: wrong };
  if (saysDamaged(error)) return { kind: "noticed" };
  return problem === undefined ? { kind: "right" } : { kind: "wrong", problem };
}
