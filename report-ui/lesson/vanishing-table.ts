import type { MessageId } from "../../report/messages/english.ts";
import { printedSteps, type PrintedSteps } from "../../scenarios/shared-disk/printed-steps.ts";
import type { TraceRecord } from "../../sim/trace.ts";
import type { Recording } from "../engine-room/messages.ts";
import type { Lesson, Stop, Story } from "./lesson.ts";

/** Problem 1 of the document: an SSTable is deleted under a replica that is about to open it. */
export const vanishingTable: Lesson = {
  id: "vanishing-table",
  title: "lesson-vanishing-title",
  lead: "lesson-vanishing-lead",
  setting: ["lesson-vanishing-setting-1", "lesson-vanishing-setting-2", "lesson-vanishing-setting-3"],
  scenario: "compaction-race",
  topology: "shared-disk:as-written",
  question: "lesson-vanishing-question",
  choices: [choice("old", false), choice("new", false), choice("waits", false), choice("error", true)],
  tries: 100,
  tell,
  explanation: ["lesson-vanishing-explained-1", "lesson-vanishing-explained-2", "lesson-vanishing-explained-3"],
  remedies: [
    {
      topology: "shared-disk:as-written+leases",
      title: "lesson-vanishing-leases-title",
      text: "lesson-vanishing-leases-text",
    },
    { topology: "shared-disk:careful", title: "lesson-vanishing-careful-title", text: "lesson-vanishing-careful-text" },
    { topology: "single", title: "lesson-vanishing-single-title", text: "lesson-vanishing-single-text" },
  ],
};

function choice(id: "old" | "new" | "waits" | "error", right: boolean): Lesson["choices"][number] {
  return { id, right, text: `lesson-vanishing-choice-${id}`, reply: `lesson-vanishing-reply-${id}` };
}

/** The names of the document's moments, by what they are to its timeline. */
const LABELS: Readonly<Record<keyof PrintedSteps, string>> = {
  compaction: "T1",
  installed: "T2",
  manifest: "T3",
  opened: "T4",
  deleted: "T5",
};

function tell({ records, explanation, machines }: Recording): Story | undefined {
  const failed = explanation?.violation === undefined ? undefined : records[explanation.violation];
  const steps = failed === undefined ? undefined : printedSteps(records, failed);
  if (failed === undefined || steps === undefined) return undefined;
  const file = String(failed.data["file"]);
  const stops = (Object.entries(steps) as [keyof PrintedSteps, TraceRecord][]).map(([name, record]): Stop => ({
    id: name,
    label: LABELS[name],
    title: `lesson-vanishing-${name}-title`,
    text: {
      id: `lesson-vanishing-${name}-text`,
      params: {
        file,
        replica: failed.host,
        primary: steps.compaction.host,
        late: failed.time - steps.deleted.time,
      },
    },
    record,
  }));
  const part = (host: string, words: MessageId): Story["cast"][number] => ({ host, part: words });
  return {
    stops: stops.sort((a, b) => a.record.index - b.record.index),
    file,
    cast: [
      part(steps.compaction.host, "lesson-part-primary"),
      ...machines.disks.map((disk) => part(disk, "lesson-part-disk")),
      part(failed.host, "lesson-part-replica"),
    ],
  };
}
