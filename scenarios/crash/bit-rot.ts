import { copyVolume } from "../../sim/fs/copy-volume.ts";
import { settleEverything } from "../../sim/fs/crash.ts";
import type { Volume } from "../../sim/fs/volume.ts";
import type { Kernel } from "../../sim/kernel.ts";
import { saysDamaged } from "./judge-fault.ts";
import type { Ledger, Promised } from "./ledger.ts";
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
  | { readonly kind: "right" }
  | { readonly kind: "noticed" }
  /** Taken for the torn end of the newest log, as nothing in it says otherwise. */
  | { readonly kind: "excused" }
  | { readonly kind: "wrong"; readonly problem: string };

/**
 * Judges a recovery from a rotten disk: the engine serves the right bytes or says that they are corrupt. A bit of the newest
 * log's last sync group may pass for the torn end that a crash leaves; then that group may be lost, and nothing before it.
 */
export function judgeRot(
  recovered: Recovered,
  rot: Rot,
  point: CrashPoint,
  recording: Pick<Recording, "points" | "ledger">,
): RotVerdict {
  const { ledger } = recording;
  const { content, problem, error } = recovered;
  const { promised } = point;
  const noticed = saysDamaged(error);
  const wrong = content === undefined ? undefined : ledger.judge(content, promised.acknowledged, promised.begun);
  if (wrong !== undefined) {
    const least = leastAfterTear(rot, point, recording.points);
    if (content === undefined || least === undefined || !excusable(ledger, content, least, promised)) {
      return { kind: "wrong", problem: wrong };
    }
  }
  if (problem !== undefined && !noticed) return { kind: "wrong", problem };
  if (noticed) return { kind: "noticed" };
  return { kind: wrong === undefined ? "right" : "excused" };
}

function excusable(ledger: Ledger, content: ReadonlyMap<string, string>, least: number, { begun }: Promised): boolean {
  return ledger.judge(content, least, begun) === undefined;
}

/** Writes that a rotten bit cannot take when it passes for a torn end; undefined when it is not in the newest log. */
function leastAfterTear({ path }: Rot, point: CrashPoint, points: readonly CrashPoint[]): number | undefined {
  const logs = filesOf(point.volume).filter((file) => file.path.endsWith(".log"));
  if (logs.at(-1)?.path !== path) return undefined;
  const before = points.slice(0, points.indexOf(point) + 1);
  const begun = before.findLastIndex(({ text }) => text === `open ${path}`);
  const syncs = before.slice(begun).filter(({ text }) => text === `fdatasync ${path}` || text === `fsync ${path}`);
  const last = syncs.at(-1);
  const atBeginning = before[begun]?.promised.durable ?? 0;
  if (last === undefined) return atBeginning;
  // A record behind the last sync says how far it reached, whether or not it is the damaged one.
  const attested = before.slice(before.indexOf(last) + 1).some(({ text }) => text.startsWith(`pwrite ${path} `));
  return attested ? last.promised.durable : (syncs.at(-2)?.promised.durable ?? atBeginning);
}
