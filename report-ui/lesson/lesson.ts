import type { Message } from "../../checkers/message.ts";
import type { MessageId } from "../../report/messages/english.ts";
import type { TraceRecord } from "../../sim/trace.ts";
import type { Recording } from "../engine-room/messages.ts";

/** An answer that a reader may predict. */
export interface Choice {
  readonly id: string;
  readonly text: MessageId;
  readonly right: boolean;
  /** What is to be said of it once the run has been seen. */
  readonly reply: MessageId;
}

/** A moment of a run that a lesson stops at. */
export interface Stop {
  readonly id: string;
  /** What the document calls the moment, such as "T2"; "" when nothing. */
  readonly label: string;
  readonly title: MessageId;
  readonly text: Message;
  readonly record: TraceRecord;
}

/** What a run shows a lesson. */
export interface Story {
  /** In the order in which they happened. */
  readonly stops: readonly Stop[];
  /** The file that it is about, such as "000009.sst". */
  readonly file: string;
  /** The machines that take part: who changes, what is shared, who reads. */
  readonly cast: readonly { readonly host: string; readonly part: MessageId }[];
}

/** Another run of the same seed, for comparison. */
export interface Remedy {
  readonly topology: string;
  readonly title: MessageId;
  readonly text: MessageId;
}

/**
 * Something to learn of a run that is carried out while one learns: predict, run, reveal, explain. No seed is written down: a
 * seed dies when code changes, so a lesson looks for one that shows what it is about.
 */
export interface Lesson {
  readonly id: string;
  readonly title: MessageId;
  readonly lead: MessageId;
  readonly setting: readonly MessageId[];
  readonly scenario: string;
  readonly topology: string;
  readonly question: MessageId;
  readonly choices: readonly Choice[];
  /** Seeds that are tried at most. */
  readonly tries: number;
  /** Finds what the lesson is about in a run; undefined when it is not there. */
  tell(recording: Recording): Story | undefined;
  readonly explanation: readonly MessageId[];
  readonly remedies: readonly Remedy[];
}
