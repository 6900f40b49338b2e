import type { ClientOperation } from "../operation.ts";
import type { ClientReply } from "../protocol.ts";
import { readOperation } from "../read-operation.ts";
import { failed } from "../refusal.ts";
import { NOT_PRIMARY } from "../routed-client.ts";
import type { RaftDriver } from "./driver.ts";

/** Answers reads, each after the check that its mode asks for. */
export class Reads {
  protected readonly driver: RaftDriver;

  constructor(driver: RaftDriver) {
    this.driver = driver;
  }

  /** @throws whatever the engine's reads throw */
  async answer(operation: ClientOperation): Promise<ClientReply> {
    const { driver } = this;
    const refused = await this.admit();
    if (refused !== undefined) return refused;
    if (driver.ended) return failed("stopping", "the node is being stopped");
    // In one synchronous stretch: the position is that of the view that is read.
    const position = driver.visiblePosition;
    return { ok: true, value: await readOperation(driver.storage.store.database, operation), position };
  }

  /** Waits until what is here may be read. @returns the refusal, when it may not, in time or ever */
  protected admit(): Promise<ClientReply | undefined> | undefined {
    const { driver } = this;
    switch (driver.context.settings.reads) {
      case "local":
        return undefined;
      case "leader":
        return driver.leads ? undefined : Promise.resolve(this.notLeader());
      case "lease":
        return driver.leaseRead() ? undefined : this.confirmed();
      case "read-index":
        return this.confirmed();
    }
  }

  private async confirmed(): Promise<ClientReply | undefined> {
    return (await this.driver.readIndex())
      ? undefined
      : failed("unconfirmed", "no leader was confirmed in time, so that the data may be old; try again");
  }

  private notLeader(): ClientReply {
    const { leaderHost: primary, context } = this.driver;
    const message = `${context.host.name} is not the leader`;
    return { ok: false, outcome: "failed", code: NOT_PRIMARY, message, ...(primary === undefined ? {} : { primary }) };
  }
}
