import type { Message } from "../../checkers/message.ts";
import type { StateChange } from "../../report/moments.ts";
import type { TraceRecord } from "../../sim/trace.ts";
import type { Recording } from "../engine-room/messages.ts";
import type { Shown } from "./timeline-model.ts";

/** A run with all that its screens tell of it. */
export interface RunSource extends Shown {
  /** What nodes said of themselves when they were asked, in order. */
  readonly states: readonly StateChange[];
  /** What there is to be seen in it; undefined when there is nothing. */
  readonly story: Story | undefined;
}

/** What a run shows, in a sentence, and the records that it speaks of. */
export interface Story {
  /** Of what was found wrong, its name; undefined when nothing was, and the run only illustrates something. */
  readonly title: Message | undefined;
  readonly claim: string | undefined;
  readonly message: Message;
  /** Where it shows. */
  readonly record: TraceRecord | undefined;
  /** What else has to be seen to understand it, in order. */
  readonly context: readonly TraceRecord[];
}

/** What screens need of a recording that a worker has made. */
export function runSourceOf({ records, causes, machines, states, explanation }: Recording): RunSource {
  const recordAt = (rank: number | undefined): TraceRecord | undefined =>
    rank === undefined ? undefined : records[rank];
  const story =
    explanation === undefined
      ? undefined
      : {
          title: explanation.title,
          claim: explanation.claim,
          message: explanation.message,
          record: recordAt(explanation.violation),
          context: [...new Set(explanation.context)]
            .filter((rank) => rank !== explanation.violation)
            .sort((one, other) => one - other)
            .flatMap((rank) => records[rank] ?? []),
        };
  return {
    records,
    causes,
    machines,
    states,
    violation: story?.title === undefined ? undefined : story.record,
    story,
  };
}
