/** The URL that every platform has. */
export const URL = globalThis.URL;
