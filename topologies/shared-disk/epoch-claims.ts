import { isFileSystemError } from "../../host/file-system-error.ts";
import { OpenFlag, type FileHandle, type FileSystem } from "../../host/file-system.ts";
import type { Host } from "../../host/host.ts";
import { utf8, utf8Text } from "../text.ts";

/** A claim's parts, each a sector of its own: what direct I/O moves whole, and power loss does not tear. */
const SECTOR = 512;
const OWNER_AT = 0;
const READY_AT = SECTOR;
const SEAL_AT = 2 * SECTOR;
const CLAIM_BYTES = 3 * SECTOR;

/** What the disk says of an epoch. */
export interface EpochClaim {
  readonly epoch: number;
  /** The host whose epoch it is. */
  readonly owner: string;
  /** Which life and attempt of the host claimed it: nobody else has the same. */
  readonly token: string;
  /** Its database is whole: a successor must carry it on. */
  readonly ready: boolean;
  /** The epoch whose claimant has ended this one; undefined while it is open. */
  readonly sealedBy: number | undefined;
}

/** An epoch's claim is not as one is written: damage, or a foreign file. */
export class ClaimError extends Error {
  override readonly name = "ClaimError";

  constructor(path: string, what: string) {
    super(`${path} is no claim of an epoch: ${what}; restore it from a copy, or move it away`);
  }
}

/**
 * The epochs of a shared disk. Each primary works in one of its own; the claims say whose it is, whether it is to be carried
 * on, and whether it has been ended. What fences an old primary is the order in which the disk's one server carries things out:
 *
 * - the old one makes a write durable, then looks whether its epoch is sealed, and only then acknowledges;
 * - the new one seals, then reads what there is.
 *
 * So an acknowledged write is among what the new one reads, however long either stood still in between. Numbers are claimed
 * one after the other and claims stay for good, so that none is given twice; and a claimant seals all epochs before its own,
 * unfinished ones included, before it looks which of them were made ready.
 *
 * Claims are read and written past the mount's cache: a look that a cache answers would be a look at the past.
 */
export class EpochClaims {
  protected readonly host: Host;
  protected readonly fs: FileSystem;
  /** Where claims and the epochs' databases are. */
  readonly root: string;
  private attempts = 0;

  /** @param root where claims and the epochs' databases are, or are to be; its parent is the mount's root */
  constructor(host: Host, fs: FileSystem, root: string) {
    this.host = host;
    this.fs = fs;
    this.root = root;
  }

  /** The database's directory. */
  directory(epoch: number): string {
    return `${this.root}/${digits(epoch)}`;
  }

  /** The claim with the highest number, as far as the mount knows of its name; undefined while there is none. */
  async newest(): Promise<EpochClaim | undefined> {
    const highest = (await this.numbers()).at(-1);
    return highest === undefined ? undefined : this.read(highest);
  }

  /** @throws FileSystemError ENOENT when nobody has claimed it; ClaimError */
  async read(epoch: number): Promise<EpochClaim> {
    const path = this.pathOf(epoch);
    const handle = await this.fs.open(path, OpenFlag.READ | OpenFlag.DIRECT);
    try {
      return await readClaim(handle, epoch, path);
    } finally {
      await handle.close();
    }
  }

  /** The newest epoch that was made ready and not ended, as far as the mount knows; undefined while there is none. */
  async current(): Promise<EpochClaim | undefined> {
    const highest = (await this.numbers()).at(-1) ?? 0;
    for (let epoch = highest; epoch > 0; epoch--) {
      const claim = await this.read(epoch);
      if (claim.sealedBy !== undefined) return this.successor(claim);
      if (claim.ready) return claim;
    }
    return undefined;
  }

  /** The ready and open epoch that has taken a sealed one's place, following who sealed whom; undefined while there is none. */
  async successor(sealed: EpochClaim): Promise<EpochClaim | undefined> {
    let claim = sealed;
    while (claim.sealedBy !== undefined) claim = await this.read(claim.sealedBy);
    return claim.ready ? claim : undefined;
  }

  /**
   * Claims the next epoch for this host.
   *
   * @returns undefined when somebody else was faster
   */
  async claim(): Promise<EpochClaim | undefined> {
    const { host, fs } = this;
    await this.makeDirectory();
    const token = `${host.name}#${host.incarnation}.${++this.attempts}.${host.random("epochs").uint32()}`;
    const temporary = `${this.root}/${token}.tmp`;
    await this.writeClaim(temporary, `${host.name}\n${token}\n`);
    // Listed after a file was made there: the answer to that has told the mount what others had changed.
    const epoch = ((await this.numbers()).at(-1) ?? 0) + 1;
    let claimed: boolean;
    try {
      claimed = await this.take(temporary, epoch, token);
    } finally {
      await fs.unlink(temporary);
    }
    if (!claimed) return undefined;
    host.trace({ kind: "epoch-claimed", epoch });
    return { epoch, owner: host.name, token, ready: false, sealedBy: undefined };
  }

  /**
   * Ends every epoch before `own`, durably: a disk's server that loses its power must not open one again.
   *
   * @returns the newest of them that was made ready, for it is to be carried on; undefined when there is none
   */
  async sealBefore(own: number): Promise<EpochClaim | undefined> {
    let sealed = own - 1;
    while (sealed > 0 && (await this.read(sealed)).sealedBy === undefined) sealed--;
    // Upwards, so that all below a sealed one are sealed, even when this claimant gets no further.
    for (let epoch = sealed + 1; epoch < own; epoch++) await this.seal(epoch, own);
    for (let epoch = own - 1; epoch > 0; epoch--) {
      // Read after the seal: its owner made it ready before it looked for a seal the last time, or it will find this one.
      const claim = await this.read(epoch);
      if (claim.ready) return claim;
    }
    return undefined;
  }

  /** Takes note that an epoch's database is whole. Before its first write is acknowledged: a successor carries on none but such. */
  async markReady(epoch: number): Promise<void> {
    await this.withHandle(epoch, (handle) => this.writeSector(handle, READY_AT, "ready\n"));
  }

  /** A claim kept open, to be looked at again and again. */
  async open(epoch: number): Promise<OpenClaim> {
    const path = this.pathOf(epoch);
    return new OpenClaim(epoch, path, await this.fs.open(path, OpenFlag.READ | OpenFlag.DIRECT));
  }

  protected async seal(epoch: number, by: number): Promise<void> {
    await this.withHandle(epoch, (handle) => this.writeSector(handle, SEAL_AT, `sealed by ${by}\n`));
    this.host.trace({ kind: "epoch-sealed", epoch, by });
  }

  private pathOf(epoch: number): string {
    return `${this.root}/${digits(epoch)}.claim`;
  }

  private async take(temporary: string, epoch: number, token: string): Promise<boolean> {
    const { fs } = this;
    try {
      await fs.link(temporary, this.pathOf(epoch));
    } catch (error) {
      if (!isFileSystemError(error, "EEXIST")) throw error;
      // The answer to a request that was sent twice: it may be this very claim that is in the way.
      if ((await this.read(epoch)).token !== token) return false;
    }
    // Without it the server may lose the claim with its power, and give the number to another.
    await fs.syncDirectory(this.root);
    // It may have lost it before the sync: then the file has one name only.
    const handle = await fs.open(temporary, OpenFlag.READ);
    try {
      return (await handle.stat()).links === 2;
    } finally {
      await handle.close();
    }
  }

  private async writeClaim(path: string, owner: string): Promise<void> {
    const handle = await this.fs.open(path, OpenFlag.WRITE | OpenFlag.CREATE | OpenFlag.EXCLUSIVE | OpenFlag.DIRECT);
    try {
      const bytes = new Uint8Array(CLAIM_BYTES);
      bytes.set(utf8(owner), OWNER_AT);
      await writeAll(handle, bytes, 0);
      // Before it gets its name: an owner that cannot be read is nobody.
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  private async writeSector(handle: FileHandle, at: number, text: string): Promise<void> {
    const bytes = new Uint8Array(SECTOR);
    bytes.set(utf8(text));
    await writeAll(handle, bytes, at);
    await handle.sync();
  }

  private async withHandle<T>(epoch: number, use: (handle: FileHandle) => Promise<T>): Promise<T> {
    const handle = await this.fs.open(this.pathOf(epoch), OpenFlag.READ_WRITE | OpenFlag.DIRECT);
    try {
      return await use(handle);
    } finally {
      await handle.close();
    }
  }

  private async numbers(): Promise<number[]> {
    let names: string[];
    try {
      names = await this.fs.readdir(this.root);
    } catch (error) {
      if (isFileSystemError(error, "ENOENT")) return [];
      throw error;
    }
    return names.flatMap((name) => (CLAIM_PATTERN.test(name) ? [Number.parseInt(name, 10)] : [])).sort((a, b) => a - b);
  }

  private async makeDirectory(): Promise<void> {
    try {
      await this.fs.mkdir(this.root);
    } catch (error) {
      if (!isFileSystemError(error, "EEXIST")) throw error;
    }
    // Without it all epochs could be gone after the server has lost its power.
    await this.fs.syncDirectory("/");
  }
}

/** A claim that its owner keeps open. */
export class OpenClaim {
  readonly epoch: number;
  private readonly path: string;
  private readonly handle: FileHandle;

  constructor(epoch: number, path: string, handle: FileHandle) {
    this.epoch = epoch;
    this.path = path;
    this.handle = handle;
  }

  /** Asks the disk whether the epoch has been ended. @throws FileSystemError, ClaimError */
  async sealedBy(): Promise<number | undefined> {
    return (await readClaim(this.handle, this.epoch, this.path)).sealedBy;
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

const CLAIM_PATTERN = /^[0-9]{6,}\.claim$/;

function digits(epoch: number): string {
  return String(epoch).padStart(6, "0");
}

async function readClaim(handle: FileHandle, epoch: number, path: string): Promise<EpochClaim> {
  const bytes = new Uint8Array(CLAIM_BYTES);
  let read = 0;
  while (read < CLAIM_BYTES) {
    const count = await handle.read(bytes, read, CLAIM_BYTES - read, read);
    if (count === 0) throw new ClaimError(path, `it ends after ${read} bytes`);
    read += count;
  }
  const [owner = "", token = ""] = sectorText(bytes, OWNER_AT).split("\n");
  if (owner === "" || token === "") throw new ClaimError(path, "it names no owner");
  const seal = sectorText(bytes, SEAL_AT);
  const sealer = /^sealed by ([0-9]+)\n$/.exec(seal)?.[1];
  if (seal !== "" && sealer === undefined) throw new ClaimError(path, "its seal names no epoch");
  const ready = sectorText(bytes, READY_AT) === "ready\n";
  return { epoch, owner, token, ready, sealedBy: sealer === undefined ? undefined : Number(sealer) };
}

function sectorText(bytes: Uint8Array, at: number): string {
  const sector = bytes.subarray(at, at + SECTOR);
  const end = sector.indexOf(0);
  return utf8Text(end < 0 ? sector : sector.subarray(0, end));
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) done += await handle.write(bytes, done, bytes.length - done, position + done);
}
