/**
 * What one place says of a key: its value, null when it was deleted there, undefined when the place knows nothing of it
 * and the search goes on to older ones.
 */
export type LookupResult = Uint8Array | null | undefined;
