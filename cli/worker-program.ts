/** The bundled program of a worker thread, which lies beside this one. */
export const workerProgram = new URL("./worker.js", import.meta.url);
