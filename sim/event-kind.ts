/**
 * What an event of the kernel is, as a small number: part of the fingerprint, and named in reports. Devices have ranges of
 * their own so that adding one moves no other.
 */
export const EventKind = {
  START: 1,
  SPAWN: 2,
  TIMER: 3,
  CPU: 4,
  RESUME: 5,
  WORLD: 6,
  STOP: 7,

  DISK_OPEN: 16,
  DISK_READ: 17,
  DISK_WRITE: 18,
  DISK_SYNC: 19,
  DISK_METADATA: 20,
  DISK_WRITE_BACK: 21,
  DISK_LOCK: 22,
  DISK_WATCH: 23,
  DISK_CACHE: 24,
  DISK_SERVER: 25,
  DISK_RETRY: 26,

  NET_DATAGRAM: 32,
  NET_SEGMENT: 33,
  NET_CONNECT: 34,
  NET_ACCEPT: 35,
  NET_RETRANSMIT: 36,
  NET_WAKE: 37,
  NET_PACKET: 38,
} as const;

const names: ReadonlyMap<number, string> = new Map<number, string>(
  Object.entries(EventKind).map(([name, kind]) => [kind, name.toLowerCase().replaceAll("_", "-")]),
);

/** "disk-write" for EventKind.DISK_WRITE. */
export function eventKindName(kind: number): string {
  return names.get(kind) ?? `event-${kind}`;
}
