import { WriteBatch, type Database } from "../engine/index.ts";
import { utf8, utf8Text } from "./text.ts";
import type { ClientReply, ClientRequest } from "./protocol.ts";

/** Carries out a client's request on a database that this node may write. A write is answered once it is durable. */
export async function readWrite(database: Database, request: ClientRequest): Promise<ClientReply> {
  if (request.op === "read") {
    const value = await database.get(utf8(request.key));
    return { ok: true, value: value === undefined ? null : utf8Text(value), position: database.lastSequence };
  }
  const batch = new WriteBatch();
  if (request.op === "write") batch.put(utf8(request.key), utf8(request.value));
  else batch.delete(utf8(request.key));
  const position = await database.write(batch, { sync: true });
  return { ok: true, value: null, position };
}
