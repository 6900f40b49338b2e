/**
 * A result that is there already, or will be. The read path answers from memory without a promise, since a promise a
 * step costs more than the step; only what must touch the disk waits.
 */
export type MaybePromise<T> = T | Promise<T>;

/** What a step without a result returns: a promise when it must wait, nothing when it is done. */
export type Pending = Promise<void> | undefined;
