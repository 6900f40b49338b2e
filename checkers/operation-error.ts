/** An operation that a checker cannot make sense of, by what it is called or by its values. */
export class OperationError extends Error {
  override readonly name = "OperationError";
  /** Its index among the history's operations; undefined when what was asked for is at fault, such as an initial value. */
  readonly operation: number | undefined;
  /** What is wrong, without the place. */
  readonly reason: string;

  constructor(operation: number | undefined, reason: string) {
    super(operation === undefined ? reason : `operation ${operation}: ${reason}`);
    this.operation = operation;
    this.reason = reason;
  }
}
