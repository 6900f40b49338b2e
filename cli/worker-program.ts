/** The bundled program of a worker thread, which lies beside this one. */
export const workerProgram = new URL("./worker.js", import.meta.url);

/** The bundled program of a crash exploration's worker threads. */
export const crashWorkerProgram = new URL("./crash-worker.js", import.meta.url);

/** The bundled program of the process that judges histories. */
export const checkProgram = new URL("./check-program.js", import.meta.url);
