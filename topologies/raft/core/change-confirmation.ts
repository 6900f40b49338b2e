import { changedConfiguration, type Configuration, type ConfigurationChange } from "./configuration.ts";
import type { CoreContext } from "./core-context.ts";
import type { Replicator } from "./replicator.ts";

/** A change that was asked for, and the first round of heartbeats that began after that. */
interface AwaitedChange {
  readonly change: ConfigurationChange;
  readonly round: number;
  readonly since: number;
}

/**
 * Holds a change of the configuration back until a majority of the voters that it leads to has answered since it was asked for.
 * Without it a person could bring about a configuration of which too many are gone: it is in effect as soon as it is in the
 * log, can never be committed, nor be undone, and even those who could do without it lack the vote of whoever has it (etcd has
 * its "strict reconfiguration check" against the same). Given up after an election time-out.
 */
export class ChangeConfirmation {
  protected readonly core: CoreContext;
  protected readonly replicator: Replicator;
  private awaited: AwaitedChange | undefined;
  private givenUp: ConfigurationChange | undefined;

  constructor(core: CoreContext, replicator: Replicator) {
    this.core = core;
    this.replicator = replicator;
  }

  get change(): ConfigurationChange | undefined {
    return this.awaited?.change;
  }

  /** What the change that is held back leads to. */
  get configuration(): Configuration | undefined {
    if (this.awaited === undefined) return undefined;
    const changed = changedConfiguration(this.core.log.configuration.configuration, this.awaited.change);
    return typeof changed === "string" ? undefined : changed;
  }

  /** @param round the first that begins from now on */
  begin(change: ConfigurationChange, round: number): void {
    this.awaited = { change, round, since: this.core.now };
  }

  tick(): void {
    const { awaited, core } = this;
    if (awaited === undefined || core.now - awaited.since < core.settings.electionTicks) return;
    this.givenUp = awaited.change;
    this.end();
  }

  /** Whether a change was given up. Tells it once: who asks again wants it tried again. */
  wasGivenUp(change: ConfigurationChange): boolean {
    const { givenUp } = this;
    if (givenUp === undefined || !isSameChange(givenUp, change)) return false;
    this.givenUp = undefined;
    return true;
  }

  end(): void {
    this.awaited = undefined;
  }

  /** Whether a majority of the voters to come has answered. */
  isConfirmed(): boolean {
    const { awaited, configuration, core } = this;
    if (awaited === undefined || configuration === undefined) return false;
    const { voters } = configuration;
    return voters.filter((voter) => this.hasAnswered(voter, awaited.round)).length >= core.quorum.size(voters.length);
  }

  protected hasAnswered(voter: string, round: number): boolean {
    return voter === this.core.id || (this.replicator.peer(voter)?.round ?? 0) >= round;
  }
}

export function isSameChange(a: ConfigurationChange, b: ConfigurationChange): boolean {
  return a.type === b.type && a.member === b.member;
}
