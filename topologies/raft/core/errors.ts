/** Everything the core itself reports as wrong. */
export abstract class RaftError extends Error {}

/**
 * Something happened that cannot happen while every node keeps what it promised: a committed entry would be overwritten, or
 * what was stored does not fit together. The node must stop: going on would spread the damage.
 */
export class RaftSafetyError extends RaftError {
  override readonly name = "RaftSafetyError";
}

/** The caller broke the contract of the core: settings out of range, or effects reported that were never handed out. */
export class RaftUsageError extends RaftError {
  override readonly name = "RaftUsageError";
}

/** An entry's payload is no configuration: a newer build wrote it, or it was damaged where no checksum noticed. */
export class MalformedConfigurationError extends RaftError {
  override readonly name = "MalformedConfigurationError";

  constructor(detail: string, options?: ErrorOptions) {
    super(`no configuration of a Raft cluster: ${detail}; copy the data from another node`, options);
  }
}
