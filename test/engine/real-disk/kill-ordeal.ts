import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { openDatabase, type Database } from "../../../engine/index.ts";
import { createNodeHost } from "../../../host/nodejs/node-host.ts";
import { contentOf } from "../support/ledger.ts";
import { applyTo, operation } from "./operations.ts";

/** What came of the rounds so far. */
export interface Toll {
  rounds: number;
  /** Deaths before the database was open: in the start of the process, or in a recovery. */
  beforeOpen: number;
  /** Writes that were under way at a death and are there, and that are not. */
  keptInFlight: number;
  lostInFlight: number;
  /** The number of the last write that is there. */
  writes: number;
}

/** What survived, judged by what the diary promises. */
export type Judgement = { readonly kept: number } | { readonly wrong: string };

/**
 * Which write is the last that is in `content`: one from `acknowledged` to `begun`, if all is well. A kill takes nothing
 * from the page cache, so every acknowledged write must be there, durable or not.
 *
 * @param before the number of a write, and the content as it was right after it
 */
export function judge(
  content: ReadonlyMap<string, string>,
  before: { readonly number: number; readonly content: ReadonlyMap<string, string> },
  acknowledged: number,
  begun: number,
): Judgement {
  const model = new Map(before.content);
  let earlier: number | undefined;
  for (let n = before.number; n <= begun; n++) {
    if (n > before.number) applyTo(model, operation(n));
    if (!sameContent(content, model)) continue;
    if (n >= acknowledged) return { kept: n };
    earlier = n;
  }
  return {
    wrong:
      earlier === undefined
        ? `what is there is not a prefix of the writes (${acknowledged} acknowledged, ${begun} begun)`
        : `writes up to ${acknowledged} were acknowledged, those up to ${earlier} are there`,
  };
}

function sameContent(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}

/** Kills a writing process again and again, and looks at what it leaves. */
export class KillOrdeal {
  readonly toll: Toll = { rounds: 0, beforeOpen: 0, keptInFlight: 0, lostInFlight: 0, writes: 0 };
  private readonly program: string;
  private readonly directory: string;
  private readonly random: () => number;
  private content = new Map<string, string>();

  /**
   * @param program the bundled victim.ts
   * @param directory an empty one
   * @param random draws from [0, 1)
   */
  constructor(program: string, directory: string, random: () => number) {
    this.program = program;
    this.directory = directory;
    this.random = random;
    mkdirSync(this.mount);
  }

  private get mount(): string {
    return join(this.directory, "mount");
  }

  private get diary(): string {
    return join(this.directory, "diary");
  }

  /** One life and death of the process. @throws Error when what it leaves is wrong */
  async round(): Promise<void> {
    const { toll } = this;
    toll.rounds++;
    rmSync(this.diary, { force: true });
    await this.liveAndDie();
    const { acknowledged, begun } = this.readDiary();
    if (begun === toll.writes) {
      // Nothing was begun: the next process recovers from what a death in a start or recovery left.
      toll.beforeOpen++;
      return;
    }
    await this.inspect(acknowledged, begun);
  }

  /** Reopens, compares and verifies. */
  async inspect(acknowledged: number, begun: number): Promise<void> {
    const { toll } = this;
    const host = createNodeHost({ mounts: { local: this.mount } });
    try {
      const database = await openDatabase({ host, fs: host.fs("local"), directory: "/db" });
      const content = await contentOf(database);
      const judgement = judge(content, { number: toll.writes, content: this.content }, acknowledged, begun);
      if ("wrong" in judgement) throw new Error(`round ${toll.rounds}: ${judgement.wrong}`);
      await this.check(database, content);
      toll.keptInFlight += judgement.kept - acknowledged;
      toll.lostInFlight += begun - judgement.kept;
      toll.writes = judgement.kept;
      this.content = content;
    } finally {
      // As a kill leaves it: the next process finds no database that was closed in good order.
      await host.end();
    }
  }

  private async check(database: Database, content: ReadonlyMap<string, string>): Promise<void> {
    await database.verify();
    for (const [key, value] of content) {
      const found = await database.get(new TextEncoder().encode(key));
      if (found === undefined || new TextDecoder().decode(found) !== value) {
        throw new Error(`round ${this.toll.rounds}: get and iterator disagree on ${key}`);
      }
    }
  }

  private async liveAndDie(): Promise<void> {
    const limits = this.random() < 0.5 ? "tiny" : "small";
    const child: ChildProcess = spawn(
      process.execPath,
      [this.program, this.mount, this.diary, String(this.toll.writes), limits],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const exit = once(child, "exit");
    const die = (within: number): void => {
      setTimeout(() => child.kill("SIGKILL"), Math.floor(this.random() * within));
    };
    // Some die at any moment of their start, some in the middle of their work.
    if (this.random() < 0.25) die(150);
    child.stdout?.once("data", (answer: Buffer) => {
      if (answer.toString() === "ready\n") die(120);
      else child.emit("error", new Error(`the victim could not open its database: ${answer.toString()}`));
    });
    const failure = once(child, "error").then(([error]: unknown[]) => {
      child.kill("SIGKILL");
      throw error as Error;
    });
    const [code] = (await Promise.race([exit, failure])) as [number | null];
    if (code !== null) throw new Error(`the victim ended by itself, with ${code}`);
  }

  /** The last write acknowledged with all before it, and the last begun. */
  private readDiary(): { acknowledged: number; begun: number } {
    let acknowledged = this.toll.writes;
    let begun = this.toll.writes;
    if (!existsSync(this.diary)) return { acknowledged, begun };
    for (const line of readFileSync(this.diary, "utf8").split("\n")) {
      const n = Number(line.slice(1));
      if (line.startsWith("a")) acknowledged = Math.max(acknowledged, n);
      else if (line.startsWith("b")) begun = Math.max(begun, n);
    }
    return { acknowledged, begun };
  }
}
