import { fileURLToPath } from "node:url";

/**
 * Stand-ins, for Vite's `resolve.alias`, for the modules of Node that memfs loads. The virtual disk uses its synchronous calls
 * only, which need buffers and paths; streams it defines and never makes.
 */
export const BROWSER_ALIASES = Object.entries({
  // By their files: the names alone mean the modules of Node.
  buffer: import.meta.resolve("buffer/index.js"),
  events: import.meta.resolve("events/events.js"),
  path: import.meta.resolve("path-browserify"),
  stream: import.meta.resolve("./browser-stand-ins/stream.js"),
  url: import.meta.resolve("./browser-stand-ins/url.js"),
}).map(([name, url]) => ({ find: new RegExp(`^(node:)?${name}$`), replacement: fileURLToPath(url) }));
