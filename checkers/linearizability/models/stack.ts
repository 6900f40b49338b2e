import { sequenceModel } from "./sequence.ts";
import type { ModelFactory } from "../model.ts";

/**
 * A stack, last in, first out: `push` with a value, `pop` answering the newest, or null when it found the stack empty.
 * Empty at first, or holding the list `init`, the newest last.
 */
export const stackModel: ModelFactory = (init) => sequenceModel("stack", "push", "pop", init);
