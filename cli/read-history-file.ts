import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { HistoryFormatError } from "../checkers/formats/format-error.ts";
import { HistoryReader, type ParsedHistory, type ReadOptions } from "../checkers/formats/history-reader.ts";

/** A file that cannot be read at all. */
export class UnreadableFileError extends Error {
  override readonly name = "UnreadableFileError";
}

const PIECE_BYTES = 1_048_576;

const GZIP = [0x1f, 0x8b];

const REASONS: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "there is no such file"],
  ["EISDIR", "this is a directory; name the files in it"],
  ["EACCES", "it may not be read"],
]);

/**
 * Reads a history from a file, a piece at a time; a compressed one is recognised by its first bytes.
 *
 * @param file its path; "-" for standard input
 * @param onProgress told how many operations there are so far, after each piece
 * @throws HistoryFormatError when it is no history
 * @throws UnreadableFileError when the file cannot be read, or decompressed
 */
export async function readHistoryFile(
  file: string,
  options: ReadOptions,
  onProgress: (operations: number) => void,
): Promise<ParsedHistory> {
  const reader = new HistoryReader(options);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const source = file === "-" ? process.stdin : createReadStream(file, { highWaterMark: PIECE_BYTES });
  let line = 1;
  const push = (bytes?: Uint8Array): void => {
    let text;
    try {
      text = decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      throw new HistoryFormatError(line, "this is not text in UTF-8 from here on, or a little further");
    }
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) line++;
    reader.push(text);
    onProgress(reader.size);
  };
  try {
    for await (const bytes of decompressed(source)) push(bytes);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof HistoryFormatError || typeof code !== "string") throw error;
    const reason = code.startsWith("Z_") ? "the compressed file is damaged or cut off" : REASONS.get(code);
    throw new UnreadableFileError(reason ?? `it cannot be read (${code})`);
  } finally {
    source.destroy();
  }
  push();
  return reader.end();
}

/** The pieces of a file, decompressed when its first bytes say that it is. */
async function* decompressed(source: Readable): AsyncGenerator<Uint8Array> {
  const pieces = source[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  let begun = Buffer.alloc(0);
  let ended = false;
  while (begun.length < GZIP.length && !ended) {
    const next = await pieces.next();
    if (next.done === true) ended = true;
    else begun = Buffer.concat([begun, next.value]);
  }
  const whole = async function* (): AsyncGenerator<Uint8Array> {
    yield begun;
    if (ended) return;
    for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) yield next.value;
  };
  if (!GZIP.every((byte, at) => begun[at] === byte)) {
    yield* whole();
    return;
  }
  yield* gunzip(whole());
}

async function* gunzip(pieces: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const unzip = createGunzip({ chunkSize: PIECE_BYTES });
  const compressed = Readable.from(pieces);
  compressed.on("error", (error) => unzip.destroy(error));
  for await (const bytes of compressed.pipe(unzip)) yield bytes as Uint8Array;
}
