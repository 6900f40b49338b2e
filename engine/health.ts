import type { FileLock } from "../host/file-system.ts";
import { DatabaseClosedError, DatabaseFailedError, LockLostError } from "./errors.ts";

/**
 * Whether a database may still be written. Failure is sticky: after a write or sync of log or manifest failed, or a
 * background job did, the files' state is known only to a recovery. Writing on, or deleting what the state in memory
 * calls obsolete, could lose what was acknowledged.
 */
export class Health {
  private readonly directory: string;
  private failure_: { readonly error: unknown } | undefined;
  private closed = false;
  private told_ = false;
  private lock: FileLock | undefined;
  private readonly listeners: ((error: unknown) => void)[] = [];

  constructor(directory: string) {
    this.directory = directory;
  }

  get failed(): boolean {
    return this.failure_ !== undefined;
  }

  /** Whether nothing failed and the lock is held: what {@link assertSound} asserts, asked without taking note of it. */
  get sound(): boolean {
    return !this.failed && (this.lock === undefined || this.lock.held);
  }

  /** The first failure, once there is one. */
  get failure(): unknown {
    return this.failure_?.error;
  }

  get isClosed(): boolean {
    return this.closed;
  }

  /** Calls `listener` when the database fails, so that whoever waits for progress stops waiting. */
  onFailure(listener: (error: unknown) => void): void {
    this.listeners.push(listener);
  }

  /** Ends the writing. Only the first failure counts. */
  fail(error: unknown): void {
    if (this.failure_ !== undefined) return;
    this.failure_ = { error };
    for (const listener of this.listeners) listener(error);
  }

  /** Ends all use but the work under way. */
  close(): void {
    this.closed = true;
  }

  /** Whether somebody was given the failure: what failed in the background, nobody may have noticed. */
  get told(): boolean {
    return this.told_;
  }

  /** The error for a refused write. */
  failedError(): DatabaseFailedError {
    this.told_ = true;
    return new DatabaseFailedError(this.directory, this.failure);
  }

  /** Makes every write check that this lock is still held. */
  guardedBy(lock: FileLock): void {
    this.lock = lock;
  }

  /** @throws DatabaseClosedError, DatabaseFailedError */
  assertWritable(): void {
    this.assertOpen();
    this.assertSound();
  }

  /** @throws DatabaseFailedError after a failure, or when the lock was lost: then somebody else may be writing */
  assertSound(): void {
    const error = this.refusal();
    if (error !== undefined) throw error;
  }

  /** What a write is refused with after a failure, or once the lock was lost; undefined while all is well. */
  refusal(): DatabaseFailedError | undefined {
    if (this.lock !== undefined && !this.lock.held) this.fail(new LockLostError(this.directory));
    return this.failed ? this.failedError() : undefined;
  }

  /** @throws DatabaseClosedError */
  assertOpen(): void {
    if (this.closed) throw new DatabaseClosedError("database");
  }
}
