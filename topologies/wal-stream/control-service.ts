import type { Host } from "../../host/host.ts";
import type { Service } from "../../host/network.ts";
import { positionOf } from "../position.ts";
import type { StoreContent } from "../replication/replicated-store.ts";
import type { SurveyAnswer } from "../replication/local-disks.ts";
import { CONTROL_PORT, ControlProtocol, type NodeStatus } from "./control-protocol.ts";
import { isDiskError } from "./disk-error.ts";
import type { EpochHistory } from "./epoch-history.ts";
import type { LocalCopy } from "./local-copy.ts";

/** What became of what a node was asked to do. */
export interface ControlOutcome {
  readonly done: boolean;
  /** Of a refusal: "promised-already", "synchronising"; "" when it was done. */
  readonly code: string;
  readonly reason: string;
}

/** A node as others ask things of it. */
export interface ControlledNode {
  readonly history: EpochHistory;
  /** Data that is whole, and not being replaced; undefined while there is none. */
  readonly readable: LocalCopy | undefined;
  status(): NodeStatus;
  promise(epoch: number, by: string): Promise<ControlOutcome>;
  promote(promised: number, by: string): Promise<ControlOutcome>;
  resync(): Promise<ControlOutcome>;
}

/** A digest that was carried along with changes is not that of the content. */
export class DigestError extends Error {
  override readonly name = "DigestError";
}

/** Answers nodes and operators. */
export function serveControl(host: Host, node: ControlledNode): Service {
  const protocol = new ControlProtocol();
  return host.net.serve(CONTROL_PORT, async (bytes) => {
    const request = protocol.decodeRequest(bytes);
    const answer = (outcome: ControlOutcome): Uint8Array => protocol.encode({ ...outcome, status: node.status() });
    switch (request?.ask) {
      case undefined:
        host.trace({ kind: "control-refused", reason: "no request of this protocol" });
        return answer({ done: false, code: "bad-request", reason: "no request of this protocol" });
      case "status":
        return protocol.encode(node.status());
      case "promise":
        return answer(await node.promise(request.epoch, request.by));
      case "promote":
        return answer(await node.promote(request.promised, request.by));
      case "resync":
        return answer(await node.resync());
      case "survey":
        return protocol.encode(await survey(node));
    }
  });
}

const BUSY: SurveyAnswer = { busy: true, position: 0, digest: "" };

async function survey(node: ControlledNode): Promise<SurveyAnswer> {
  const { readable: copy } = node;
  if (copy === undefined) return BUSY;
  const epoch = node.history.last;
  const { applied, digest: carried } = copy.store;
  let content: StoreContent;
  try {
    content = await copy.store.digestOfContent();
  } catch (error) {
    if (isDiskError(error)) return BUSY;
    throw error;
  }
  if (content.applied.lsn === applied.lsn && content.digest !== carried) {
    throw new DigestError(
      `at ${applied.lsn} the content's digest is ${content.digest}, and ${carried} was carried along`,
    );
  }
  return { busy: false, position: positionOf(epoch, content.applied.lsn), digest: content.digest };
}
