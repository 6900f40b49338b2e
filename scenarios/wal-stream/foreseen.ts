/** The modes that keep what they promise. */
export const CAREFUL = ["wal-stream:async", "wal-stream:semi", "wal-stream:full"] as const;
