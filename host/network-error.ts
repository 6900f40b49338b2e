/** The error codes of {@link Network} calls; they are Node's. */
export type NetworkErrorCode =
  "EADDRINUSE" | "ECONNABORTED" | "ECONNREFUSED" | "ECONNRESET" | "EHOSTUNREACH" | "EMSGSIZE" | "EPIPE" | "ETIMEDOUT";

/**
 * A network call that failed. After a failed request it is unknown whether the other side carried it out, unless the code
 * is ECONNREFUSED or EHOSTUNREACH: then nothing was sent.
 */
export class NetworkError extends Error {
  override readonly name = "NetworkError";
  readonly code: NetworkErrorCode;
  /** The call that failed: "connect", "send", "request". */
  readonly operation: string;
  /** Whom the call was for, as "host:port". */
  readonly peer: string;

  constructor(code: NetworkErrorCode, operation: string, peer: string) {
    super(`${code}: ${operation} ${peer}`);
    this.code = code;
    this.operation = operation;
    this.peer = peer;
  }
}

/** Whether `error` is a network error, of that code when one is given. */
export function isNetworkError(error: unknown, code?: NetworkErrorCode): error is NetworkError {
  return error instanceof NetworkError && (code === undefined || error.code === code);
}
