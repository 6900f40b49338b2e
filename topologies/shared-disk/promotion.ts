import type { Host } from "../../host/host.ts";
import { MILLISECOND, SECOND, type Duration } from "../../host/time.ts";
import { NodeCaller } from "../cluster-client.ts";
import { OperationError, type ClusterConfig, type OnCall, type OperatorAction } from "../topology.ts";
import { askPeer } from "./node-context.ts";
import { PeerProtocol } from "./peer-protocol.ts";

/** How long a person waits for a promotion. */
const PATIENCE: Duration = 30 * SECOND;
/** Between two looks of the person on call. */
const ROUND: Duration = SECOND;
/** How long a node has to answer such a look. */
const LOOK: Duration = 800 * MILLISECOND;

/** Makes a replica the primary: what only a person can decide, since nobody else can tell a dead primary from a slow one. */
export function promoteAction(nodesOf: (config: ClusterConfig) => readonly string[]): OperatorAction {
  return {
    name: "promote",
    description: "makes a replica the primary, whatever has become of the one before",
    run: async (host, config, subject) => {
      if (!nodesOf(config).includes(subject)) {
        throw new OperationError("failed", "no-node", `${subject} is no node that could be the primary`);
      }
      await promote(host, subject);
    },
  };
}

/** @throws OperationError with the reason of the node that refuses */
async function promote(host: Host, subject: string): Promise<void> {
  const reply = await askPeer(host, new PeerProtocol(), subject, { kind: "promote" }, PATIENCE);
  if (reply === undefined) {
    throw new OperationError("unknown", "no-answer", `${subject} does not answer; see whether it is the primary now`);
  }
  if (reply.kind === "refused") throw new OperationError("failed", reply.code, reply.message, subject);
}

/**
 * The person on call: asks the primary for something that takes the disk, as a client would; where nobody answers as the
 * primary, waits as long as a person takes, looks once more, and promotes the first replica that lets itself be promoted.
 */
export async function watchOverPrimary(host: Host, nodes: readonly string[], { reaction }: OnCall): Promise<void> {
  const caller = new NodeCaller(host);
  const served = async (): Promise<boolean> => {
    const answers = await Promise.all(nodes.map((node) => answersAsPrimary(caller, node)));
    return answers.includes(true);
  };
  for (;;) {
    await host.clock.sleep(ROUND);
    if (await served()) continue;
    await host.clock.sleep(reaction);
    if (await served()) continue;
    for (const node of await candidates(host, nodes)) if (await tryToPromote(host, node)) break;
  }
}

async function answersAsPrimary(caller: NodeCaller, node: string): Promise<boolean> {
  try {
    await caller.execute(node, { op: "read", key: "~on-call" }, { fromPrimary: true }, LOOK);
    return true;
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return false;
  }
}

/** The nodes that answer and are not the primary: those that have something to read first. */
async function candidates(host: Host, nodes: readonly string[]): Promise<string[]> {
  const protocol = new PeerProtocol();
  const replies = await Promise.all(nodes.map((node) => askPeer(host, protocol, node, { kind: "status" }, LOOK)));
  const withRole = (role: string): string[] =>
    nodes.filter((_, at) => {
      const reply = replies[at];
      return reply?.kind === "status" && reply.status.role === role;
    });
  return [...withRole("replica"), ...withRole("none")];
}

async function tryToPromote(host: Host, node: string): Promise<boolean> {
  const step = { kind: "operator-step", action: "promote", subject: node };
  try {
    await promote(host, node);
    host.trace({ ...step, outcome: "done" });
    return true;
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    host.trace({ ...step, outcome: "refused", code: error.code, reason: error.message });
    return false;
  }
}
