import { Codec, CodecError } from "../../host/codec.ts";
import type { Host } from "../../host/host.ts";
import { isNetworkError } from "../../host/network-error.ts";
import type { Duration } from "../../host/time.ts";
import { isNatural } from "../protocol.ts";
import type { SurveyAnswer } from "./local-disks.ts";

/** What is asked of a node, or answered by it, before it is known to be sound. */
export type ControlFields = Readonly<Record<string, unknown>>;

/** Messages that nodes and operators ask each other, as bytes. One instance a host: its codec keeps buffers. */
export class ControlMessages {
  protected readonly codec = new Codec();

  /** @returns undefined when the bytes are no survey */
  decodeSurvey(bytes: Uint8Array): SurveyAnswer | undefined {
    const { busy, position, digest, outside = false } = this.fields(bytes);
    const sound =
      typeof busy === "boolean" && isNatural(position) && typeof digest === "string" && typeof outside === "boolean";
    return sound ? { busy, position, digest, outside } : undefined;
  }

  /** None when the bytes are no message at all. */
  protected fields(bytes: Uint8Array): ControlFields {
    try {
      const message = this.codec.decode(bytes);
      return typeof message === "object" && message !== null ? (message as ControlFields) : {};
    } catch (error) {
      if (error instanceof CodecError) return {};
      throw error;
    }
  }
}

/** Asks a node. @returns undefined when no answer came: nothing is known of what became of the request */
export async function askNode(
  host: Host,
  node: string,
  port: number,
  request: Uint8Array,
  deadline: Duration,
): Promise<Uint8Array | undefined> {
  try {
    return await host.net.request({ host: node, port }, request, { deadline });
  } catch (error) {
    if (isNetworkError(error)) return undefined;
    throw error;
  }
}
