import type { Drain } from "../../host/drain.ts";
import type { Host } from "../../host/host.ts";
import { describeError } from "../../sim/failure.ts";
import type { DiskFaults } from "../../sim/fs/disk-faults.ts";
import { NVME } from "../../sim/fs/disk-profile.ts";
import type { CrashModel, Volume, VolumeMemory } from "../../sim/fs/volume.ts";
import type { Kernel } from "../../sim/kernel.ts";
import type { Machine } from "../../sim/machine.ts";
import { RandomScheduler } from "../../sim/scheduler.ts";
import { NamedStream } from "../../sim/random.ts";
import { Simulation } from "../../sim/simulation.ts";
import type { TraceSink } from "../../sim/trace.ts";
import { NO_NETWORK } from "./no-network.ts";
import { RecordingDisk, type CallListener } from "./recording-disk.ts";
import { EVEN, EVEN_SCHEDULER, StillDisk } from "./still-disk.ts";

/** How a life ended: in good order, or by a failure that is the program's own. */
export type LifeEnd = { readonly kind: "done" } | { readonly kind: "failed"; readonly problem: string };

/** A life of a machine on a disk. */
export interface Life {
  /** What the machine finds; it is the life's own from here. Undefined for the disk as the life before has left it. */
  readonly volume: Volume | undefined;
  readonly run: (host: Host) => Promise<void>;
  /** Told of every call on the disk. */
  readonly listener?: CallListener;
  /** Called when it has ended: its calls under way had no effect. @returns a life to follow at once */
  readonly ended: (end: LifeEnd) => Life | undefined;
}

/** A life that has not ended after so many events never will. */
const MOST_EVENTS = 100_000;

/**
 * One machine that lives life after life, each on the disk that it is given, in one simulation: to make a simulation for
 * each would take longer than the life. The disk's timing and the order of events depend on nothing that was before, so
 * that a life goes the same way alone.
 */
export class RecoveryLine {
  private readonly world: Simulation;
  private readonly disk: StillDisk;
  private readonly recorder: RecordingDisk;
  private readonly machine: Machine;
  private readonly drain: Drain;
  private life: Life | undefined;
  private begunAt = 0;
  private finished = false;

  /**
   * @param seed draws the order in which the machine's tasks overtake each other; without one they never do
   * @param trace hears what the machine's program reports
   */
  constructor(drain: Drain, crashModel: CrashModel, memory: VolumeMemory, seed?: string, trace?: TraceSink) {
    this.drain = drain;
    const scheduler = seed === undefined ? EVEN_SCHEDULER : new RandomScheduler(new NamedStream(`${seed}/scheduler`));
    this.world = new Simulation({ seed: seed ?? "recovery", network: () => NO_NETWORK, scheduler, trace });
    const profile = seed === undefined ? EVEN : NVME;
    this.disk = new StillDisk(this.world.kernel, "disk", profile, crashModel, memory);
    this.recorder = new RecordingDisk(this.disk);
    const run = (host: Host): Promise<void> => this.live(host);
    this.machine = this.world.host("machine", run, { mounts: { local: this.recorder } });
    this.machine.kill();
  }

  get kernel(): Kernel {
    return this.world.kernel;
  }

  /** The disk's content, as the life under way has it. */
  get volume(): Volume {
    return this.disk.volume;
  }

  /** Faults of the disk, for the life under way. */
  get faults(): DiskFaults {
    return this.disk.faults;
  }

  /** Runs lives to their ends, one after the other, each asked for when the one before is over. */
  async run(lives: Iterator<Life>): Promise<void> {
    const begin = (life: Life | undefined): boolean => {
      let next = life;
      if (next === undefined) {
        const asked = lives.next();
        if (asked.done === true) return false;
        next = asked.value;
      }
      this.begin(next);
      return true;
    };
    if (!begin(undefined)) return;
    for (;;) {
      const { failure } = await this.world.run({
        drain: this.drain,
        until: () => {
          while (this.over) if (!begin(this.end())) return true;
          return false;
        },
      });
      if (failure === undefined) return;
      if (!begin(this.end(failure.message))) return;
    }
  }

  private begin(life: Life): void {
    this.life = life;
    this.begunAt = this.kernel.event;
    this.finished = false;
    if (life.volume !== undefined) this.disk.volume = life.volume;
    this.recorder.listen(life.listener);
    this.machine.restart();
  }

  private async live(host: Host): Promise<void> {
    await this.life?.run(host);
    this.finished = true;
  }

  private get over(): boolean {
    return this.finished || !this.machine.running || this.kernel.event - this.begunAt > MOST_EVENTS;
  }

  /** Ends the life under way. @returns the one that is to follow */
  private end(failure?: string): Life | undefined {
    const { life, machine } = this;
    this.life = undefined;
    const died = !machine.running;
    machine.kill();
    this.recorder.listen(undefined);
    this.disk.faults.clear();
    if (failure !== undefined) return life?.ended({ kind: "failed", problem: failure });
    if (died) return life?.ended({ kind: "failed", problem: describeError(machine.crashes.at(-1)?.error) });
    if (this.finished) return life?.ended({ kind: "done" });
    return life?.ended({ kind: "failed", problem: `no end after ${MOST_EVENTS} events` });
  }
}
