import type { MessageId } from "../messages/english.ts";
import type { ColumnId } from "./columns.ts";

/** What the document grades designs by, in its comparison (section "方案对比"). */
export type GradedBy = "consistency" | "availability" | "performance" | "complexity";

/** A grade as the document gives it: its mark, and its word by a message. */
export interface Grade {
  readonly mark: "✅" | "⚠️" | "❌";
  readonly word: MessageId;
}

const grade = (mark: Grade["mark"], word: MessageId): Grade => ({ mark, word });

/** By design, which is a topology's id up to its mode. */
const GRADES: ReadonlyMap<string, Readonly<Record<GradedBy, Grade>>> = new Map([
  [
    "shared-disk",
    {
      consistency: grade("❌", "grade-poor"),
      availability: grade("❌", "grade-low"),
      performance: grade("⚠️", "grade-medium"),
      complexity: grade("⚠️", "grade-medium"),
    },
  ],
  [
    "raft",
    {
      consistency: grade("✅", "grade-strong"),
      availability: grade("✅", "grade-high"),
      performance: grade("⚠️", "grade-medium"),
      complexity: grade("⚠️", "grade-medium"),
    },
  ],
  [
    "wal-stream",
    {
      consistency: grade("⚠️", "grade-eventual"),
      availability: grade("✅", "grade-high"),
      performance: grade("✅", "grade-high"),
      complexity: grade("✅", "grade-low"),
    },
  ],
]);

/** Which of the document's grades a column has the evidence for. */
const GRADED_COLUMNS: ReadonlyMap<ColumnId | "consistency", GradedBy> = new Map([
  ["consistency", "consistency"],
  ["lost-writes", "consistency"],
  ["answered-in-faults", "availability"],
  ["recovery", "availability"],
  ["write-p50", "performance"],
  ["read-p50", "performance"],
  ["parts", "complexity"],
]);

/** The design of a topology: "wal-stream" of "wal-stream:semi:as-written". */
export function designOf(topology: string): string {
  return topology.split(":", 1)[0] ?? topology;
}

/** The document's grade of a cell; undefined where it gives none. */
export function gradeOf(topology: string, column: ColumnId | "consistency"): Grade | undefined {
  const by = GRADED_COLUMNS.get(column);
  return by === undefined ? undefined : GRADES.get(designOf(topology))?.[by];
}
