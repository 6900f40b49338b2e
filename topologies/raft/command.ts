import { type Codec, CodecError } from "../../host/codec.ts";
import { decodeOperation } from "../decode-operation.ts";
import type { KeyedOperation } from "../effect.ts";

/** By whom a command was asked for, and which of theirs it is (dissertation 6.3). */
export interface CommandOrigin {
  /** What {@link Command} "open-session" came to. */
  readonly session: number;
  /** 1 for the first command of a session. */
  readonly sequence: number;
  /** Below it the client waits for no answer any more. */
  readonly received: number;
}

/** What is agreed on: an operation, not what it comes to, which shows when it is applied. */
export type Command =
  | { readonly kind: "open-session" }
  /** Without an origin it is carried out as often as it is asked for. */
  | { readonly kind: "operation"; readonly operation: KeyedOperation; readonly origin: CommandOrigin | undefined };

/** An entry's payload is no command: a newer build wrote it, or it was damaged where no checksum noticed. */
export class MalformedCommandError extends Error {
  override readonly name = "MalformedCommandError";

  constructor(index: number, detail: string) {
    super(
      `entry ${index} cannot be applied: ${detail}; start a build that knows it, or copy the data from another node`,
    );
  }
}

const OPEN = 0;
const OPERATION = 1;

export function encodeCommand(codec: Codec, command: Command): Uint8Array {
  if (command.kind === "open-session") return codec.encode([OPEN]);
  const { operation, origin } = command;
  return codec.encode(
    origin === undefined
      ? [OPERATION, operation]
      : [OPERATION, operation, origin.session, origin.sequence, origin.received],
  );
}

/** @param index of the entry, for messages. @throws MalformedCommandError */
export function decodeCommand(codec: Codec, index: number, payload: Uint8Array): Command {
  let list: unknown;
  try {
    list = codec.decode(payload);
  } catch (error) {
    if (error instanceof CodecError) throw new MalformedCommandError(index, error.message);
    throw error;
  }
  if (!Array.isArray(list)) throw new MalformedCommandError(index, "it is no command");
  const [kind, fields, session, sequence, received] = list as unknown[];
  if (kind === OPEN) return { kind: "open-session" };
  if (kind !== OPERATION || typeof fields !== "object" || fields === null) {
    throw new MalformedCommandError(index, `a command of kind ${String(kind)}`);
  }
  const operation = decodeOperation(fields);
  if (operation === undefined || operation.op === "scan") throw new MalformedCommandError(index, "no known operation");
  if (session === undefined) return { kind: "operation", operation, origin: undefined };
  if (!isNatural(session) || !isNatural(sequence) || !isNatural(received)) {
    throw new MalformedCommandError(index, "its session makes no sense");
  }
  return { kind: "operation", operation, origin: { session, sequence, received } };
}

function isNatural(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
