import type { Duration } from "../host/time.ts";
import type { RecentEvent } from "./recent-events.ts";
import type { Wait } from "./device.ts";

/** Where a run was when it failed. */
export interface FailurePlace {
  readonly time: Duration;
  /** Events carried out. */
  readonly event: number;
  /** "" for the world. */
  readonly host: string;
  readonly task: string;
  /** Oldest first. */
  readonly lastEvents: readonly RecentEvent[];
}

/** A run that could not go on. It is the harness's or a node's fault, never a verdict on a design. */
export abstract class SimulationFailure extends Error {
  readonly place: FailurePlace;

  constructor(message: string, place: FailurePlace) {
    super(message);
    this.place = place;
  }
}

/** Nothing is pending, yet the run's goal is not reached: everybody waits for somebody. */
export class DeadlockFailure extends SimulationFailure {
  override readonly name = "DeadlockFailure";
  readonly waits: readonly Wait[];

  constructor(place: FailurePlace, waits: readonly Wait[]) {
    const who = waits.map((wait) => `${wait.host} (${wait.task}) waits for ${wait.what}`).join("; ");
    super(`deadlock at event ${place.event}: nothing is pending, ${who === "" ? "and nobody waits" : who}`, place);
    this.waits = waits;
  }
}

/** Events go on without time passing. */
export class LivelockFailure extends SimulationFailure {
  override readonly name = "LivelockFailure";

  constructor(place: FailurePlace, events: number) {
    super(
      `livelock at event ${place.event}: ${events} events without time passing, the last ${describePlace(place)}`,
      place,
    );
  }
}

/** A device, the nemesis or another part of the world threw: an error of the harness. */
export class WorldFailure extends SimulationFailure {
  override readonly name = "WorldFailure";

  constructor(place: FailurePlace, error: unknown) {
    super(
      `error in the simulated world at event ${place.event}, ${describePlace(place)}: ${describeError(error)}`,
      place,
    );
    this.cause = error;
  }
}

/** The run reached its limit of events: more happens than was planned for. Its place is the event that was next. */
export class EventLimitFailure extends SimulationFailure {
  override readonly name = "EventLimitFailure";

  constructor(place: FailurePlace, limit: number) {
    super(`more than ${limit} events, the next ${describePlace(place)}`, place);
  }
}

/**
 * A promise was rejected and nobody looked. Noticed at the end of a batch of events; with a batch of one event the place
 * is exact, so run the seed again so to find the host and task.
 */
export class UnhandledRejectionFailure extends SimulationFailure {
  override readonly name = "UnhandledRejectionFailure";
  readonly reason: unknown;
  /** Whether {@link place} is the very event, not just the last of the batch. */
  readonly exact: boolean;

  constructor(place: FailurePlace, reason: unknown, exact: boolean) {
    super(
      `unhandled rejection ${exact ? describePlace(place) : `at or shortly before event ${place.event}`}: ${describeError(reason)}`,
      place,
    );
    this.reason = reason;
    this.exact = exact;
  }
}

/** An error as a record may hold it: its message, without a stack, which differs between engines and bundles. */
export function describeError(error: unknown): string {
  if (error instanceof Error) return error.name === "Error" ? error.message : `${error.name}: ${error.message}`;
  return String(error);
}

function describePlace(place: FailurePlace): string {
  return place.host === "" ? "in the world" : `on ${place.host} (${place.task})`;
}
