import { openDatabase, type Database, type EngineParts } from "../../engine/index.ts";
import type { Host } from "../../host/host.ts";
import { describeError } from "../../sim/failure.ts";
import { applyCrash } from "../../sim/fs/crash.ts";
import { crashChoices } from "../../sim/fs/crash-choice.ts";
import type { Volume } from "../../sim/fs/volume.ts";
import { utf8 } from "../../topologies/text.ts";
import { contentOf, disagreement } from "./database-content.ts";
import type { Ledger, Promised } from "./ledger.ts";
import type { CallListener } from "./recording-disk.ts";
import type { Life, LifeEnd, RecoveryLine } from "./recovery-line.ts";
import { DIRECTORY, isTypedError, keysOf, openOn } from "./run-steps.ts";
import type { CrashWorkload } from "./workload.ts";

/** What a recovery came to, whatever had been promised. */
export interface Recovered {
  /** What is wrong in any case; the content is that found before. */
  readonly problem: string | undefined;
  /** An error of the engine's that {@link problem} tells of. */
  readonly error: unknown;
  readonly content: ReadonlyMap<string, string> | undefined;
  /** What was there after a further loss of power, but for the check's own write; undefined when it did not come to that. */
  readonly later: ReadonlyMap<string, string> | undefined;
  /** What the checkpoints that are there hold, or the error of opening one. */
  readonly checkpoints: ReadonlyMap<string, ReadonlyMap<string, string> | string>;
}

/** The keys that the check itself writes. */
const NEW_KEY = "~new";
const NEW_VALUE = "written after the recovery";

/**
 * Recovers a database from a disk and looks at all that can be seen: iterators both ways and gets agree, `verify()` finds
 * nothing, a new write is taken. Then the power is cut once more, so that nothing survives but what was synced: all that
 * the first recovery showed, and the new write, must be there.
 */
export class RecoveryCheck {
  private readonly line: RecoveryLine;
  private readonly workload: CrashWorkload;
  private readonly parts: EngineParts;
  private readonly keys: readonly string[];
  private readonly hasCheckpoints: boolean;

  constructor(line: RecoveryLine, workload: CrashWorkload, parts: EngineParts) {
    this.line = line;
    this.workload = workload;
    this.parts = parts;
    this.keys = keysOf(workload);
    this.hasCheckpoints = workload.steps.some((step) => step.do === "checkpoint");
  }

  /** The lives that a disk in this state goes through; the volume is the life's own. */
  life(volume: Volume, done: (recovered: Recovered) => void, listener?: CallListener): Life {
    let content: Map<string, string> | undefined;
    let later: Map<string, string> | undefined;
    let checkpoints = new Map<string, ReadonlyMap<string, string> | string>();
    let problem: string | undefined;
    let error: unknown;
    const conclude = (): undefined => {
      done({ problem, error, content, later, checkpoints });
      return undefined;
    };
    const guarded =
      (stage: string, run: (host: Host) => Promise<void>) =>
      async (host: Host): Promise<void> => {
        try {
          await run(host);
        } catch (thrown) {
          error = thrown;
          const known = isTypedError(thrown) ? "" : ", which no contract knows";
          problem = `${stage}: ${describeError(thrown)}${known}`;
        }
      };
    const first = async (host: Host): Promise<void> => {
      const database = await openOn(host, this.workload, this.parts);
      content = await contentOf(database);
      problem = await disagreement(database, content, this.keys);
      // A crash inside a recovery may have come behind the write that ended it.
      if (content.get(NEW_KEY) === NEW_VALUE) content.delete(NEW_KEY);
      if (problem !== undefined) return;
      await database.verify();
      if (this.hasCheckpoints) checkpoints = await this.readCheckpoints(host);
      await database.put(utf8(NEW_KEY), utf8(NEW_VALUE), { sync: true });
    };
    const second = async (host: Host): Promise<void> => {
      const database = await openOn(host, this.workload, this.parts);
      later = await contentOf(database);
      problem = secondDifference(content as Map<string, string>, later);
    };
    return {
      volume,
      run: guarded("recovery failed", first),
      ...(listener === undefined ? {} : { listener }),
      ended: (end) => {
        problem ??= failureOf(end);
        if (problem !== undefined) return conclude();
        loseEverythingUnsynced(this.line.volume);
        return {
          volume: undefined,
          run: guarded("the recovery after the recovery failed", second),
          ended: (last) => {
            problem ??= failureOf(last);
            return conclude();
          },
        };
      },
    };
  }

  private async readCheckpoints(host: Host): Promise<Map<string, ReadonlyMap<string, string> | string>> {
    const found = new Map<string, ReadonlyMap<string, string> | string>();
    const fs = host.fs("local");
    for (const name of await fs.readdir("/")) {
      const directory = `/${name}`;
      if (directory === DIRECTORY || !/^checkpoint-\d+$/.test(name)) continue;
      let database: Database | undefined;
      try {
        const options = { ...this.workload.options, createIfMissing: false };
        database = await openDatabase({ host, fs, directory, options, parts: this.parts });
        found.set(directory, await contentOf(database));
        await database.verify();
      } catch (thrown) {
        found.set(directory, describeError(thrown));
      }
      await database?.close();
    }
    return found;
  }
}

/**
 * Compares what a recovery found with what was promised.
 *
 * @param least writes that must be there
 * @returns what is wrong, or undefined
 */
export function judge(recovered: Recovered, ledger: Ledger, promised: Promised, least: number): string | undefined {
  const { problem, content, checkpoints } = recovered;
  const lost = content === undefined ? undefined : ledger.judge(content, least, promised.begun);
  if (lost !== undefined) return lost;
  if (problem !== undefined) return problem;
  for (const { directory, writes, acknowledged } of promised.checkpoints) {
    const found = checkpoints.get(directory);
    if (found === undefined) {
      if (acknowledged) return `the checkpoint in ${directory} was acknowledged, and is not there`;
      continue;
    }
    if (typeof found === "string") return `the checkpoint in ${directory} does not open: ${found}`;
    const wrong = ledger.judge(found, writes, writes);
    if (wrong !== undefined) return `the checkpoint in ${directory}: ${wrong}`;
  }
  return undefined;
}

function loseEverythingUnsynced(volume: Volume): void {
  const choices = crashChoices(volume);
  applyCrash(
    volume,
    choices,
    choices.map(() => 0),
  );
}

function failureOf(end: LifeEnd): string | undefined {
  return end.kind === "done" ? undefined : end.problem;
}

function secondDifference(before: ReadonlyMap<string, string>, after: Map<string, string>): string | undefined {
  if (after.get(NEW_KEY) !== NEW_VALUE) return "a write that was acknowledged as durable after the recovery is gone";
  after.delete(NEW_KEY);
  if (after.size === before.size && [...after].every(([key, value]) => before.get(key) === value)) return undefined;
  return "what the recovery showed is not there after a further loss of power";
}
