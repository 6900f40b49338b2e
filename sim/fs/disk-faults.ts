import type { FileSystemErrorCode } from "../../host/file-system-error.ts";
import type { RandomStream } from "../../host/random.ts";
import type { Kernel } from "../kernel.ts";

/** A call, as faults know it. "fsync" covers fdatasync and the sync of a directory. */
export type DiskCall =
  | "open"
  | "pread"
  | "pwrite"
  | "fsync"
  | "ftruncate"
  | "stat"
  | "statfs"
  | "close"
  | "rename"
  | "link"
  | "unlink"
  | "readdir"
  | "mkdir"
  | "rmdir"
  | "flock";

/** What happens to a call that a rule picks. */
export interface DiskFault {
  readonly kind: "error";
  readonly code: FileSystemErrorCode;
  /** "before" the call takes effect, or "after": then it fails although it was done. */
  readonly when: "before" | "after";
}

/** Which calls are struck, and by what. A call must match all that is given. */
export interface FaultRule {
  readonly fault: DiskFault;
  readonly calls?: readonly DiskCall[];
  /** Matches the path that the call was given, or its file was opened by; of a rename or link, either. */
  readonly path?: RegExp;
  /** Passes the first so many matches by. Default 0. */
  readonly skip?: number;
  /** Strikes so many times at most. Default without end. */
  readonly times?: number;
  /** Of the matches left, strikes so many in a million, drawn from the rule's own stream. Default all. */
  readonly perMillion?: number;
}

/** A rule in force. */
export class ActiveFault {
  readonly rule: FaultRule;
  /** Calls that it has struck. */
  fired = 0;
  private passed = 0;
  private readonly random: RandomStream;

  constructor(rule: FaultRule, random: RandomStream) {
    this.rule = rule;
    this.random = random;
  }

  strikes(call: DiskCall, path: string, destination: string | undefined): boolean {
    const { rule } = this;
    if (this.fired >= (rule.times ?? Infinity)) return false;
    if (rule.calls !== undefined && !rule.calls.includes(call)) return false;
    if (rule.path !== undefined && !rule.path.test(path)) {
      if (destination === undefined || !rule.path.test(destination)) return false;
    }
    if (this.passed < (rule.skip ?? 0)) {
      this.passed++;
      return false;
    }
    if (rule.perMillion !== undefined && !this.random.chance(rule.perMillion, 1_000_000)) return false;
    this.fired++;
    return true;
  }
}

/** The faults of one disk: rules that strike calls, asked as each call completes. */
export class DiskFaults {
  private readonly kernel: Kernel;
  private readonly disk: string;
  private rules: ActiveFault[] = [];
  private added = 0;

  constructor(kernel: Kernel, disk: string) {
    this.kernel = kernel;
    this.disk = disk;
  }

  /** Whether there is any rule: calls ask nothing else while there is none. */
  get active(): boolean {
    return this.rules.length > 0;
  }

  /** Puts a rule in force; of several that match, the first added strikes. */
  add(rule: FaultRule): ActiveFault {
    if (rule.path !== undefined && (rule.path.global || rule.path.sticky)) {
      throw new RangeError(
        `a fault's path pattern must not keep state: drop the flags "g" and "y" of ${String(rule.path)}`,
      );
    }
    const fault = new ActiveFault(rule, this.kernel.random(`disk/${this.disk}/fault-${this.added++}`));
    this.rules.push(fault);
    return fault;
  }

  remove(fault: ActiveFault): void {
    this.rules = this.rules.filter((each) => each !== fault);
  }

  clear(): void {
    this.rules = [];
  }

  /** The fault that strikes a call, if one does. */
  decide(call: DiskCall, path: string, destination?: string): DiskFault | undefined {
    for (const rule of this.rules) if (rule.strikes(call, path, destination)) return rule.rule.fault;
    return undefined;
  }
}
