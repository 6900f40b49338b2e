import type { Service } from "../../host/network.ts";
import type { SurveyAnswer } from "../replication/local-disks.ts";
import { CONTROL_PORT, ControlProtocol, type NodeStatus } from "./control-protocol.ts";
import { isDamage, isDiskError } from "./disk-error.ts";
import type { DriverContext, RaftDriver } from "./driver.ts";
import { clusterOf, hostsOf } from "./members.ts";
import { add, admit, handOver, remove } from "./membership.ts";
import type { NodeFile } from "./state-file.ts";

/** A node as whoever asks it something finds it. */
export interface ControlledNode {
  readonly context: DriverContext;
  /** Undefined while it takes no part. */
  readonly driver: RaftDriver | undefined;
  /** What its disk says that it is; undefined when that is empty, or not read yet. */
  readonly identity: NodeFile | undefined;
  /** Whether it belongs to no cluster, and waits to be added. */
  readonly spare: boolean;
  fail(error: unknown): void;
}

/** Answers other nodes and whoever operates the cluster. Until closed. */
export function serveControl(node: ControlledNode): Service {
  const { host, config } = node.context;
  const protocol = new ControlProtocol(clusterOf(config));
  return host.net.serve(CONTROL_PORT, async (bytes) => {
    const request = protocol.decodeRequest(bytes);
    if (typeof request === "string") {
      host.trace({ kind: "control-refused", reason: request });
      return protocol.encode({ done: false, code: "bad-request" });
    }
    const { driver } = node;
    switch (request.ask) {
      case "status":
        return protocol.encode(statusOf(node));
      case "survey":
        return protocol.encode(await survey(node));
      case "join":
        return protocol.encode(driver === undefined ? NOT_READY : admit(driver, request.member));
      case "add":
        return protocol.encode(driver === undefined ? NOT_READY : add(driver, request.member));
      case "remove":
        return protocol.encode(driver === undefined ? NOT_READY : remove(driver, request.host));
      case "transfer":
        return protocol.encode(driver === undefined ? NOT_READY : handOver(driver, request.to));
    }
  });
}

function statusOf({ context, driver, identity, spare }: ControlledNode): NodeStatus {
  return {
    cluster: clusterOf(context.config),
    phase: identity === undefined ? "empty" : identity.phase === "founding" ? "founding" : "formed",
    member: identity?.member ?? "",
    leads: driver?.leads === true,
    leader: driver?.leaderHost ?? "",
    spare,
    members: driver === undefined ? [] : hostsOf(driver.core.configuration),
  };
}

async function survey(node: ControlledNode): Promise<SurveyAnswer> {
  const { driver, spare } = node;
  const nothing = { position: 0, digest: "" };
  if (spare) return { busy: false, outside: true, ...nothing };
  const busy: SurveyAnswer = { busy: true, outside: false, ...nothing };
  if (driver?.serves !== true) return busy;
  try {
    const { applied, digest } = await driver.storage.store.digestOfContent();
    return { busy: false, outside: false, position: applied.lsn, digest };
  } catch (error) {
    if (!isDiskError(error)) throw error;
    if (isDamage(error) && !driver.ended) node.fail(error);
    return busy;
  }
}

const NOT_READY = { done: false, code: "not-ready" };
