import type { Duration } from "../../host/time.ts";
import { EventKind } from "../event-kind.ts";
import { systemCaller, type Caller } from "./remote-calls.ts";
import type { SharedClient } from "./shared-client.ts";
import type { LockOwner } from "./shared-protocol.ts";

/** A lock that this machine believes to hold. */
export interface ClientLock {
  readonly inode: number;
  readonly owner: LockOwner;
  readonly path: string;
  held: boolean;
}

/** The locks of one machine's mount of a shared disk: leases are renewed, and locks claimed again from a server that was down. */
export class ClientLocks {
  private readonly client: SharedClient;
  private readonly held = new Set<ClientLock>();
  private renewPending = false;
  private nextOwner = 1;

  constructor(client: SharedClient) {
    this.client = client;
  }

  /** @throws Errno EAGAIN */
  async lock(inode: number, caller: Caller): Promise<ClientLock> {
    const { host, boot } = this.client.parts;
    const owner: LockOwner = { host, boot, id: this.nextOwner++ };
    // As the machine's system: a process that dies meanwhile must not leave a lock that nobody knows of.
    await this.client.ask({ kind: "lock", inode, owner }, { ...caller, life: undefined });
    const lock: ClientLock = { inode, owner, path: caller.path, held: true };
    this.held.add(lock);
    if (caller.life?.alive === false) await this.unlock(lock, { ...caller, life: undefined });
    this.armRenewal();
    return lock;
  }

  async unlock(lock: ClientLock, caller: Caller): Promise<void> {
    if (!this.held.delete(lock)) return;
    lock.held = false;
    await this.client.ask({ kind: "unlock", inode: lock.inode, owner: lock.owner }, caller);
  }

  private armRenewal(): void {
    const { leaseTime } = this.client.options;
    if (leaseTime === undefined || this.renewPending) return;
    this.renewPending = true;
    const heardAt = this.client.parts.kernel.now;
    const fire = (): void => {
      this.renewPending = false;
      if (this.client.dead || this.held.size === 0) return;
      void this.renew(heardAt, leaseTime);
    };
    this.client.parts.kernel.complete(Math.floor(leaseTime / 3), EventKind.DISK_LOCK, undefined, { fire });
  }

  private async renew(heardAt: Duration, leaseTime: Duration): Promise<void> {
    await this.client.parts.calls.ask({ kind: "renew" }, systemCaller("flock"));
    // Unheard for a lease, the server may have given the locks away.
    if (this.client.parts.kernel.now - heardAt > leaseTime) for (const lock of [...this.held]) await this.reclaim(lock);
    this.armRenewal();
  }

  /** The server has forgotten all locks: whoever asks first has them. */
  reclaimAll(): void {
    for (const lock of [...this.held]) void this.reclaim(lock);
  }

  /** The machine has lost its power. */
  end(): void {
    for (const lock of this.held) lock.held = false;
  }

  private async reclaim(lock: ClientLock): Promise<void> {
    const { inode, owner, path } = lock;
    const { code } = await this.client.parts.calls.ask(
      { kind: "lock", inode, owner },
      { ...systemCaller("flock"), path },
    );
    if (code === undefined || !this.held.delete(lock)) return;
    lock.held = false;
    this.client.trace({ kind: "lock-lost", path });
  }
}
