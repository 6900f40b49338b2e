import type { Timer } from "../../host/clock.ts";
import { effectOf, isBlind, type Effect, type KeyedOperation } from "../effect.ts";
import { KeyLocks, type LockMode } from "../key-locks.ts";
import { keysOf } from "../operation.ts";
import { positionOf } from "../position.ts";
import type { ClientReply } from "../protocol.ts";
import { findKeys } from "../read-operation.ts";
import { failed } from "../refusal.ts";
import type { SyncMode } from "../topology.ts";
import type { ChangeOutcome, Primary } from "./primary.ts";

/**
 * Carries out clients' changes on a primary, each atomically: it locks its keys, reads what it must know, and holds the locks
 * until what it changes is visible, however long its client waits. So what a change reads is what was published, and nothing
 * comes between; changes of other keys are under way meanwhile, as many as there are.
 */
export class ChangeExecutor {
  private readonly primary: Primary;
  private readonly locks = new KeyLocks();

  constructor(primary: Primary) {
    this.primary = primary;
  }

  /**
   * @param level whose acknowledgement it waits for
   * @throws whatever the engine's reads throw
   */
  async execute(operation: KeyedOperation, level: SyncMode): Promise<ClientReply> {
    const { primary } = this;
    const early = primary.refusal();
    if (early !== undefined) return failed(early.code, early.message);
    const keys = keysOf(operation);
    // Changes that read nothing may pass each other: the later in the log overwrites.
    const mode = isBlind(operation) ? "shared" : "exclusive";
    if (!this.locks.tryAcquire(keys, mode) && !(await this.acquire(keys, mode))) {
      return failed("replication-behind", "changes of the same keys wait for replicas; try again later");
    }
    let effect: Effect;
    const { epoch, copy } = primary;
    const seen = positionOf(epoch, copy.visible.lsn);
    try {
      effect = effectOf(operation, await findKeys(copy.database, operation));
    } catch (error) {
      this.locks.release(keys);
      throw error;
    }
    // Once more: it may have waited, and what is refused before it begins has certainly not happened.
    const late = primary.refusal();
    if (effect.refused || effect.changes.length === 0 || late !== undefined) {
      this.locks.release(keys);
      if (effect.refused) return failed(effect.code, effect.message);
      return late === undefined ? { ok: true, value: effect.value, position: seen } : failed(late.code, late.message);
    }
    const { changes, value } = effect;
    const outcome = await new Promise<ChangeOutcome>((answer) => {
      primary.submit(changes, level, answer, () => this.locks.release(keys));
    });
    if (outcome.published) return { ok: true, value, position: positionOf(epoch, outcome.lsn) };
    const message = "it was not confirmed in time as asked for; it may have happened, or may yet";
    return { ok: false, outcome: "unknown", code: outcome.code, message };
  }

  /** Waits for locks, but not for ever. @returns whether they are held */
  private acquire(keys: readonly string[], mode: LockMode): Promise<boolean> {
    const { host, settings } = this.primary.context;
    return new Promise((resolve) => {
      let patient = true;
      const timer: Timer = host.clock.timer(settings.waitTimeout, () => {
        patient = false;
        resolve(false);
      });
      void this.locks.acquire(keys, mode).then(() => {
        if (!patient) return void this.locks.release(keys);
        timer.cancel();
        resolve(true);
      });
    });
  }
}
