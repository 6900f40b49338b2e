/** The mode in which the document's proposal is faithfully what its pictures show. */
export const AS_WRITTEN = "shared-disk:as-written";

/** The same on a disk that every host has as its own. */
export const POSIX_DISK = `${AS_WRITTEN}+posix-disk`;

/** The proposal with everything that it takes to share a disk. */
export const CAREFUL = "shared-disk:careful";
