/**
 * Where in the order of writes something stands, as one number that clients and checkers can compare: the epoch first (each
 * primary has one of its own; Raft's term), then the place within it (LSN, index, sequence number).
 */

/** Places within an epoch: beyond any run, and 2^13 epochs of them are still whole numbers. */
const PLACES = 2 ** 40;
/** The last epoch that there can be. */
export const LAST_EPOCH = 2 ** 13 - 1;

/** @param place at least 0, below 2^40 */
export function positionOf(epoch: number, place: number): number {
  return epoch * PLACES + place;
}

export function epochOf(position: number): number {
  return Math.floor(position / PLACES);
}

export function placeOf(position: number): number {
  return position % PLACES;
}
