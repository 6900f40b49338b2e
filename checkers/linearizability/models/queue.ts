import { sequenceModel } from "./sequence.ts";
import type { ModelFactory } from "../model.ts";

/**
 * A queue, first in, first out: `enqueue` with a value, `dequeue` answering the oldest, or null when it found the queue empty.
 * Empty at first, or holding the list `init`, the oldest first.
 */
export const queueModel: ModelFactory = (init) => sequenceModel("queue", "enqueue", "dequeue", init);
