import { defaultEngineParts, type EngineParts } from "../../engine/index.ts";

/** An engine that opens a database without taking its LOCK, and so beside whoever has it open already. */
export function withoutLock(parts: EngineParts = defaultEngineParts): EngineParts {
  return {
    ...parts,
    Database: class extends parts.Database {
      protected override takeLock() {
        return Promise.resolve({ held: true, release: () => Promise.resolve() });
      }
    },
  };
}
