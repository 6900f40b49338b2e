import type { Watcher, WatchEvent } from "../../host/file-system.ts";
import { EventKind } from "../event-kind.ts";
import type { Incarnation } from "../incarnation.ts";
import type { Kernel } from "../kernel.ts";
import type { Task } from "../task.ts";

/** From a change to its being told: what inotify and a wake-up take. */
const NOTICE_DELAY = 20_000;

interface Watch {
  readonly life: Incarnation;
  readonly task: Task;
  readonly listener: (event: WatchEvent) => void;
}

/** Who watches which directory. Each notice is an event of its own. */
export class Watchers<Directory> {
  private readonly kernel: Kernel;
  private readonly watches = new Map<Directory, Set<Watch>>();

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  get any(): boolean {
    return this.watches.size > 0;
  }

  add(life: Incarnation, directory: Directory, listener: (event: WatchEvent) => void): Watcher {
    const watch: Watch = { life, task: life.currentTask, listener };
    let watches = this.watches.get(directory);
    if (watches === undefined) this.watches.set(directory, (watches = new Set()));
    watches.add(watch);
    return {
      close: () => {
        this.remove(directory, watch);
      },
    };
  }

  announce(directory: Directory, event: WatchEvent): void {
    const watches = this.watches.get(directory);
    if (watches === undefined) return;
    for (const watch of watches) {
      const { life, task, listener } = watch;
      if (!life.alive) continue;
      const tell = (): void => {
        if (this.watches.get(directory)?.has(watch) !== true) return;
        try {
          listener(event);
        } catch (error) {
          life.fail(task, error);
        }
      };
      this.kernel.complete(NOTICE_DELAY, EventKind.DISK_WATCH, task, {
        fire: () => {
          life.deliver(task, tell);
        },
      });
    }
  }

  removeOf(life: Incarnation): void {
    for (const [directory, watches] of [...this.watches]) {
      for (const watch of [...watches]) if (watch.life === life) this.remove(directory, watch);
    }
  }

  private remove(directory: Directory, watch: Watch): void {
    const watches = this.watches.get(directory);
    if (watches?.delete(watch) === true && watches.size === 0) this.watches.delete(directory);
  }
}
