import type { ClientOperation } from "../operation.ts";
import type { ClientReply, RequestTerms } from "../protocol.ts";
import type { NodeState } from "../topology.ts";
import type { PeerReply, PeerRequest } from "./peer-protocol.ts";

/** What a node does while it has a role. */
export interface NodeRole {
  /** Resolves once it serves. */
  open(): Promise<void>;
  answer(operation: ClientOperation, terms: RequestTerms): Promise<ClientReply>;
  /** Answers another node's request that is for this role. */
  answerPeer(request: Extract<PeerRequest, { kind: "pin" }>): Promise<PeerReply>;
  state(): NodeState;
  /** Resolves when the role can go on no longer; never rejects. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/** A promise, and what resolves it. */
export class Signal {
  readonly promise: Promise<void>;
  private resolve: () => void = () => undefined;

  constructor() {
    this.promise = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  raise(): void {
    this.resolve();
  }
}
