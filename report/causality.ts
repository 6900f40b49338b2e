/**
 * Which kernel event depends on which, as flat arrays: what a worker hands to a page without copying. The causes of event
 * `e` are `causes[offsets[e]]` up to, but without, `causes[offsets[e + 1]]`; each is smaller than `e`.
 */
export interface CausalGraph {
  readonly offsets: Uint32Array;
  readonly causes: Uint32Array;
}

/** A cause that did not come before its effect. */
export class CausalOrderError extends Error {
  override readonly name = "CausalOrderError";
}

/**
 * Flattens the causes of the events from 0 up to, but without, `events`.
 *
 * @param causesOf the events that an event depends on directly
 * @throws CausalOrderError
 */
export function causalGraph(events: number, causesOf: (event: number) => readonly number[]): CausalGraph {
  const offsets = new Uint32Array(events + 1);
  const causes: number[] = [];
  for (let event = 0; event < events; event++) {
    for (const cause of causesOf(event)) {
      if (cause >= event) throw new CausalOrderError(`event ${event} cannot be caused by event ${cause}`);
      causes.push(cause);
    }
    offsets[event + 1] = causes.length;
  }
  return { offsets, causes: Uint32Array.from(causes) };
}

/** How many events a graph knows. */
function size({ offsets }: CausalGraph): number {
  return Math.max(0, offsets.length - 1);
}

/** Marks with 1, by event, all without which `event` would not have happened as it did, itself included. */
export function causalPast(graph: CausalGraph, event: number): Uint8Array {
  const { offsets, causes } = graph;
  const past = new Uint8Array(size(graph));
  if (event >= past.length) return past;
  past[event] = 1;
  // Causes are smaller than their effects, so one sweep downwards meets each event after all that depends on it.
  for (let next = event; next >= 0; next--) {
    if (past[next] !== 1) continue;
    for (let at = offsets[next] as number; at < (offsets[next + 1] as number); at++) past[causes[at] as number] = 1;
  }
  return past;
}

/** Marks with 1, by event, all that would not have happened as it did without `event`, itself included. */
export function causalFuture(graph: CausalGraph, event: number): Uint8Array {
  const { offsets, causes } = graph;
  const future = new Uint8Array(size(graph));
  if (event >= future.length) return future;
  future[event] = 1;
  for (let next = event + 1; next < future.length; next++) {
    for (let at = offsets[next] as number; at < (offsets[next + 1] as number); at++) {
      if (future[causes[at] as number] !== 1) continue;
      future[next] = 1;
      break;
    }
  }
  return future;
}
