import type { BackgroundWork } from "./background-work.ts";
import type { CommitQueue } from "./commit-queue.ts";
import type { EngineContext } from "./context.ts";
import type { EngineState } from "./engine-state.ts";
import { logNumbers } from "./file-names.ts";
import { Mutex } from "./mutex.ts";
import type { ObsoleteFiles } from "./obsolete-files.ts";
import type { VerificationReport } from "./verification.ts";

/**
 * Readings of all of a database's files, beside its reads and writes: checkpoints and verifications. Each begins at a
 * moment between two writes, and keeps every file until it is done.
 */
export class WholeReadings {
  private readonly context: EngineContext;
  private readonly state: EngineState;
  private readonly commits: CommitQueue;
  private readonly obsolete: ObsoleteFiles;
  private readonly background: BackgroundWork;
  private readonly checkpoints = new Mutex();
  private readonly underway = new Set<Promise<unknown>>();

  constructor(
    context: EngineContext,
    state: EngineState,
    commits: CommitQueue,
    obsolete: ObsoleteFiles,
    background: BackgroundWork,
  ) {
    this.context = context;
    this.state = state;
    this.commits = commits;
    this.obsolete = obsolete;
    this.background = background;
  }

  /** See {@link Database.verify}. */
  verify(): Promise<VerificationReport> {
    return this.reading(() => this.verifyOnce());
  }

  /** See {@link Database.checkpoint}. One at a time: two of the same name would write into each other's files. */
  checkpoint(directory: string): Promise<number> {
    return this.reading(() => this.checkpoints.run(() => this.checkpointOnce(directory)));
  }

  /** Resolves when those under way have ended, well or not. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.underway);
  }

  private async reading<T>(read: () => Promise<T>): Promise<T> {
    const release = this.obsolete.hold();
    const running = read();
    this.underway.add(running);
    try {
      return await running;
    } finally {
      this.underway.delete(running);
      release();
      this.background.collectSoon();
    }
  }

  private async checkpointOnce(directory: string): Promise<number> {
    const { context } = this;
    const { versions, log } = this.state;
    const content = await this.commits.between(async () => {
      const names = await context.fs.readdir(context.directory);
      const state = versions.recorded;
      return {
        state,
        manifest: versions.newFileNumber(),
        logs: logNumbers(names, state.logNumber, log.number),
        logEnd: log.offset,
        sequence: versions.lastSequence,
      };
    });
    await new context.parts.Checkpoint(context, directory).run(content);
    return content.sequence;
  }

  private async verifyOnce(): Promise<VerificationReport> {
    const { versions, log } = this.state;
    const verification = new this.context.parts.Verification(this.context);
    const position = await this.commits.between(async () => ({
      first: versions.logNumber,
      active: log.number,
      offset: log.offset,
      lastSequence: versions.lastSequence,
    }));
    await verification.checkLogs(position);
    await versions.betweenEdits((state, manifest, offset) => verification.checkManifest(state, manifest, offset));
    const version = versions.current.acquire();
    try {
      await verification.checkVersion(version);
    } finally {
      version.release();
    }
    return verification.report;
  }
}
