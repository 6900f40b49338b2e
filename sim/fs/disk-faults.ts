import type { RandomStream } from "../../host/random.ts";
import type { Kernel } from "../kernel.ts";
import type { DiskEvent } from "./disk-events.ts";
import { STRUCK_CALLS, type DiskCall, type DiskFault } from "./disk-fault.ts";

/** Which calls are struck, and by what. A call must match all that is given. */
export interface FaultRule {
  readonly fault: DiskFault;
  /** Default all that the fault can strike. */
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

/** A call that may be struck. */
export interface FaultTarget {
  /** Whether a fault would make any difference to the call: one that would not is kept for the next. */
  suffers(fault: DiskFault): boolean;
}

const SUFFERS_ALL: FaultTarget = { suffers: () => true };

/** A rule in force. */
export class ActiveFault {
  readonly rule: FaultRule;
  /** Calls that it has struck. */
  fired = 0;
  /** For what the fault leaves open. */
  readonly random: RandomStream;
  private readonly calls: readonly DiskCall[] | undefined;
  private passed = 0;

  constructor(rule: FaultRule, random: RandomStream) {
    this.rule = rule;
    this.random = random;
    this.calls = rule.calls ?? STRUCK_CALLS[rule.fault.kind];
  }

  /** Whether it strikes a call. Counts: to be asked once for each. */
  strikes(call: DiskCall, path: string, destination: string | undefined, target: FaultTarget): boolean {
    const { rule } = this;
    if (this.fired >= (rule.times ?? Infinity)) return false;
    if (this.calls !== undefined && !this.calls.includes(call)) return false;
    if (rule.path !== undefined && !rule.path.test(path)) {
      if (destination === undefined || !rule.path.test(destination)) return false;
    }
    if (!target.suffers(rule.fault)) return false;
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
  /** Called when a lost device is back. */
  onRestored: () => void = () => undefined;
  private readonly kernel: Kernel;
  private readonly disk: string;
  private readonly tell: (event: DiskEvent) => void;
  private rules: ActiveFault[] = [];
  private added = 0;
  private lostBy: ActiveFault | undefined;

  /** @param tell puts an event into the trace of whoever has the disk */
  constructor(kernel: Kernel, disk: string, tell: (event: DiskEvent) => void) {
    this.kernel = kernel;
    this.disk = disk;
    this.tell = tell;
  }

  /** Whether there is any rule: calls ask nothing else while there is none. */
  get active(): boolean {
    return this.rules.length > 0;
  }

  /** The rules in force, the first added first. */
  get all(): readonly ActiveFault[] {
    return this.rules;
  }

  /** Whether the device answers nothing any more: not even what the system writes by itself reaches it. */
  get deviceLost(): boolean {
    return this.lostBy !== undefined;
  }

  /**
   * Puts a rule in force; of several that match, the first added strikes.
   *
   * @throws RangeError for a rule that can never strike, or whose pattern keeps state
   */
  add(rule: FaultRule): ActiveFault {
    const { path, calls, fault } = rule;
    if (path !== undefined && (path.global || path.sticky)) {
      throw new RangeError(`a fault's path pattern must not keep state: drop the flags "g" and "y" of ${String(path)}`);
    }
    const possible = STRUCK_CALLS[fault.kind];
    const wrong = calls?.find((call) => possible?.includes(call) === false);
    if (wrong !== undefined) {
      throw new RangeError(`the fault "${fault.kind}" cannot strike ${wrong}, only ${possible?.join(" and ") ?? ""}`);
    }
    const active = new ActiveFault(rule, this.kernel.random(`disk/${this.disk}/fault-${this.added++}`));
    this.rules.push(active);
    this.tell({ kind: "fault-added", disk: this.disk, fault: fault.kind });
    return active;
  }

  /** Ends a rule. What it has done to the disk stays as it is; a device that it took away is back. */
  remove(fault: ActiveFault): void {
    if (!this.rules.includes(fault)) return;
    this.rules = this.rules.filter((each) => each !== fault);
    this.tell({ kind: "fault-removed", disk: this.disk, fault: fault.rule.fault.kind, fired: fault.fired });
    if (this.lostBy !== fault) return;
    this.lostBy = undefined;
    this.tell({ kind: "device-back", disk: this.disk });
    this.onRestored();
  }

  /** Ends all rules. */
  clear(): void {
    for (const fault of this.rules) this.remove(fault);
  }

  /** The fault that strikes a call, if one does. */
  decide(
    call: DiskCall,
    path: string,
    destination: string | undefined,
    target: FaultTarget = SUFFERS_ALL,
  ): ActiveFault | undefined {
    if (this.lostBy !== undefined) return this.lostBy;
    for (const each of this.rules) {
      if (!each.strikes(call, path, destination, target)) continue;
      if (each.rule.fault.kind === "device-lost") {
        this.lostBy = each;
        this.tell({ kind: "device-lost", disk: this.disk });
      }
      this.kernel.fingerprint.mix(each.fired);
      return each;
    }
    return undefined;
  }
}
