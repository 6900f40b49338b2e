import { FileSystemError } from "../../host/file-system-error.ts";
import type { Duration } from "../../host/time.ts";
import type { EventAction } from "../event-queue.ts";
import { EventKind } from "../event-kind.ts";
import type { Task } from "../task.ts";
import type { DiskCall, DiskFault } from "./disk-fault.ts";
import type { ActiveFault, FaultTarget } from "./disk-faults.ts";
import { traceDisk } from "./disk-events.ts";
import { BufferInFlightError, Errno, errnoNumber } from "./errno.ts";
import { FaultEffects, suffersFrom } from "./fault-effects.ts";
import type { FileInode } from "./inode.ts";
import type { LocalFileSystem } from "./local-file-system.ts";
import { DIRECT_ALIGNMENT } from "./open-flags.ts";
import { sameBytes, type Slab } from "./slab.ts";

const EVENT_KINDS: Readonly<Record<DiskCall, number>> = {
  open: EventKind.DISK_OPEN,
  pread: EventKind.DISK_READ,
  pwrite: EventKind.DISK_WRITE,
  fsync: EventKind.DISK_SYNC,
  ftruncate: EventKind.DISK_METADATA,
  stat: EventKind.DISK_METADATA,
  statfs: EventKind.DISK_METADATA,
  close: EventKind.DISK_METADATA,
  rename: EventKind.DISK_METADATA,
  link: EventKind.DISK_METADATA,
  unlink: EventKind.DISK_METADATA,
  readdir: EventKind.DISK_METADATA,
  mkdir: EventKind.DISK_METADATA,
  rmdir: EventKind.DISK_METADATA,
  flock: EventKind.DISK_LOCK,
};

/** Catches what settles a promise as it is made, without a closure for each. */
export class Settlers {
  resolve: (value: never) => void = () => undefined;
  reject: (error: unknown) => void = () => undefined;

  readonly capture = (resolve: (value: never) => void, reject: (error: unknown) => void): void => {
    this.resolve = resolve;
    this.reject = reject;
  };
}

/**
 * A call that a node has made and the disk has yet to complete: one event. It takes effect when that event fires, and
 * reaches the node then. When the node's life ends first it has either taken effect or not, which is drawn.
 */
export abstract class LocalCall<T> implements EventAction, FaultTarget {
  // Declared, not defined: where a class has so many subclasses, engines take long over definitions, and assignments do.
  declare protected readonly mount: LocalFileSystem;
  declare protected readonly call: DiskCall;
  declare protected readonly path: string;
  declare protected readonly destination: string | undefined;
  declare private readonly task: Task;
  declare private resolve: ((value: T) => void) | undefined;
  declare private reject: ((error: unknown) => void) | undefined;

  constructor(mount: LocalFileSystem, call: DiskCall, path: string, destination?: string) {
    this.mount = mount;
    this.call = call;
    this.path = path;
    this.destination = destination;
    this.task = mount.life.currentTask;
    this.resolve = undefined;
    this.reject = undefined;
  }

  /** Schedules the call's completion, `delay` nanoseconds from now and what the scheduler adds. */
  submit(delay: Duration): Promise<T> {
    const { mount } = this;
    const { settlers } = mount;
    const promise = new Promise<T>(settlers.capture);
    this.resolve = settlers.resolve as (value: T) => void;
    this.reject = settlers.reject;
    mount.disk.counters.called(this.call);
    mount.disk.kernel.complete(delay, EVENT_KINDS[this.call], this.task, this);
    return promise;
  }

  /** What the call does to the disk. @param strike the fault that has struck it, when it is one that lets calls happen */
  protected abstract perform(strike?: ActiveFault): T;

  /** Whether a fault makes any difference to the call. */
  suffers(fault: DiskFault): boolean {
    return fault.kind === "error" || fault.kind === "device-lost";
  }

  protected get effects(): FaultEffects {
    return new FaultEffects(this.mount.disk.volume, (event) => {
      this.mount.report(event);
    });
  }

  /** What is due when the call is over, done or not. */
  protected over(): void {
    // Most calls hold nothing.
  }

  /** Whether the caller kept the rules while the call was under way. */
  protected checkCaller(): void {
    // Most calls were given no buffer.
  }

  fire(): void {
    const { disk, life } = this.mount;
    if (disk.gate.stalled) {
      disk.gate.park(this, EVENT_KINDS[this.call], this.task, `${this.call} ${this.path} on stalled disk ${disk.name}`);
      return;
    }
    let value: T;
    try {
      this.checkCaller();
      value = disk.faults.active ? this.performUnderFaults() : this.perform();
    } catch (thrown) {
      this.over();
      this.fail(thrown);
      return;
    }
    this.over();
    const resolve = this.resolve as (value: T) => void;
    if (life.alive && !life.paused) {
      // As `deliver` does, without a closure: this is the path of nearly every call.
      disk.kernel.current = this.task;
      resolve(value);
      return;
    }
    life.deliver(this.task, () => {
      resolve(value);
    });
  }

  abandon(): void {
    if (this.mount.disk.survivesItsCaller()) {
      try {
        this.perform();
      } catch (thrown) {
        if (!(thrown instanceof Errno)) throw thrown;
      }
    }
    this.over();
  }

  private performUnderFaults(): T {
    const { disk, life } = this.mount;
    const strike = disk.faults.decide(this.call, this.path, this.destination, this);
    if (strike === undefined) return this.perform();
    const { fault } = strike.rule;
    if (fault.kind !== "error" && fault.kind !== "device-lost") return this.perform(strike);
    const applied = fault.kind === "error" && fault.when === "after";
    if (applied) this.perform();
    const { code = "EIO" } = fault;
    if (disk.kernel.tracing) {
      const kind = `${this.call}-failed` as const;
      traceDisk(disk.kernel, life.host, { kind, path: this.path, code, injected: true, applied });
    }
    throw new FileSystemError(code, this.call, this.path, this.destination);
  }

  private fail(thrown: unknown): void {
    const { disk, life } = this.mount;
    const { kernel } = disk;
    let error = thrown;
    if (thrown instanceof Errno) {
      const { code, cause } = thrown;
      kernel.link(cause);
      error = new FileSystemError(code, this.call, this.path, this.destination);
      if (kernel.tracing) {
        const kind = `${this.call}-failed` as const;
        traceDisk(kernel, life.host, { kind, path: this.path, code, injected: false, applied: false });
      }
    }
    if (error instanceof FileSystemError) kernel.fingerprint.mix(errnoNumber(error.code));
    const reject = this.reject as (error: unknown) => void;
    life.deliver(this.task, () => {
      reject(error);
    });
  }
}

/** A call whose effect is a function: all but the hot ones. */
export class FunctionCall<T> extends LocalCall<T> {
  private readonly effect: () => T;
  private readonly finished: (() => void) | undefined;

  constructor(
    mount: LocalFileSystem,
    call: DiskCall,
    path: string,
    destination: string | undefined,
    effect: () => T,
    finished?: () => void,
  ) {
    super(mount, call, path, destination);
    this.effect = effect;
    this.finished = finished;
  }

  protected perform(): T {
    return this.effect();
  }

  protected override over(): void {
    this.finished?.();
  }
}

/** Fills the caller's buffer when it completes. */
export class ReadCall extends LocalCall<number> {
  private readonly file: FileInode;
  private readonly buffer: Uint8Array;
  private readonly offset: number;
  private readonly length: number;
  private readonly position: number;
  private readonly direct: boolean;

  constructor(
    mount: LocalFileSystem,
    path: string,
    file: FileInode,
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
    direct: boolean,
  ) {
    super(mount, "pread", path);
    this.file = file;
    this.buffer = buffer;
    this.offset = offset;
    this.length = length;
    this.position = position;
    this.direct = direct;
    mount.disk.volume.hold(file);
  }

  override suffers(fault: DiskFault): boolean {
    const { file, position } = this;
    const count = Math.max(0, Math.min(this.length, file.size - position));
    return super.suffers(fault) || suffersFrom(fault, { kind: "read", file, position, count });
  }

  protected perform(strike?: ActiveFault): number {
    const { kernel, volume } = this.mount.disk;
    const { file, buffer, offset, position, path } = this;
    const length =
      strike === undefined
        ? this.length
        : this.effects.moved(strike, "pread", path, Math.min(this.length, file.size - position));
    if (strike !== undefined) this.effects.rot(strike, file, path, position, length);
    const count = this.direct
      ? volume.readDirect(file, buffer, offset, length, position)
      : volume.read(file, buffer, offset, length, position);
    if (file.unsynced.durable.damaged) this.effects.noticeDamage(file, path, buffer, offset, count, position);
    kernel.link(file.changedBy);
    const { fingerprint } = kernel;
    fingerprint.mix(file.number);
    fingerprint.mixNumber(position);
    fingerprint.mixBytes(buffer, offset, offset + count);
    return count;
  }

  /** A dead caller reads nothing. */
  override abandon(): void {
    this.over();
  }

  protected override over(): void {
    this.mount.disk.volume.letGo(this.file);
  }
}

/** Writes the bytes that its buffer held when it was called. */
export class WriteCall extends LocalCall<number> {
  private readonly file: FileInode;
  private readonly buffer: Uint8Array;
  private readonly offset: number;
  private readonly length: number;
  private readonly position: number;
  private readonly direct: boolean;
  private readonly start: number;
  /** Undefined once the log has it. */
  private slab: Slab | undefined;

  /** @param position -1 for the end of the file as it is when the write takes effect */
  constructor(
    mount: LocalFileSystem,
    path: string,
    file: FileInode,
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
    direct: boolean,
  ) {
    super(mount, "pwrite", path);
    const { volume } = mount.disk;
    this.file = file;
    this.buffer = buffer;
    this.offset = offset;
    this.length = length;
    this.position = position;
    this.direct = direct;
    this.slab = volume.slabs.copy(buffer, offset, length);
    this.start = volume.slabs.start;
    volume.hold(file);
  }

  protected override checkCaller(): void {
    const { buffer, offset, length, start } = this;
    if (sameBytes(this.slab as Slab, start, buffer, offset, length)) return;
    const position = this.position < 0 ? this.file.size : this.position;
    const { disk, life } = this.mount;
    if (disk.kernel.tracing) {
      traceDisk(disk.kernel, life.host, { kind: "buffer-changed-in-flight", path: this.path, position });
    }
    throw new BufferInFlightError(this.path, position, length);
  }

  override suffers(fault: DiskFault): boolean {
    const { file, position, length: count } = this;
    return super.suffers(fault) || suffersFrom(fault, { kind: "write", file, position, count });
  }

  protected perform(strike?: ActiveFault): number {
    return this.write(this.direct, strike);
  }

  /** Cut off in its middle, even a direct write is no more than under way: a crash may keep, lose or tear it. */
  override abandon(): void {
    if (this.mount.disk.survivesItsCaller()) {
      try {
        this.write(false);
      } catch (thrown) {
        if (!(thrown instanceof Errno)) throw thrown;
      }
    }
    this.over();
  }

  private write(direct: boolean, strike?: ActiveFault): number {
    const { kernel, volume } = this.mount.disk;
    const { file, start } = this;
    const slab = this.slab as Slab;
    const position = this.position < 0 ? file.size : this.position;
    // Appending past the page cache to a file that does not end at a sector.
    if (this.direct && position % DIRECT_ALIGNMENT !== 0) throw new Errno("EINVAL");
    const length = strike === undefined ? this.length : this.effects.moved(strike, "pwrite", this.path, this.length);
    const fate = strike === undefined ? undefined : this.effects.fateOf(strike, file, this.path);
    const count = volume.write(file, slab, start, length, position, direct, fate);
    this.slab = undefined;
    const { fingerprint } = kernel;
    fingerprint.mix(file.number);
    fingerprint.mixNumber(position);
    fingerprint.mixBytes(slab.bytes, start, start + count);
    return count;
  }

  protected override over(): void {
    const { volume } = this.mount.disk;
    if (this.slab !== undefined) volume.slabs.release(this.slab);
    this.slab = undefined;
    volume.letGo(this.file);
  }
}
