import { type Database } from "../../../engine/index.ts";
import { text } from "./bytes.ts";

/** A write: a key and its value, or undefined for a deletion. */
export type Write = readonly [key: string, value: string | undefined];

/** What was asked of a database, and what it has promised: kept outside, where no crash reaches. */
export class Ledger {
  private written: Write[] = [];
  private durable = 0;
  private acknowledged = 0;

  /** A write is about to be made. */
  begin(write: Write): void {
    this.written.push(write);
  }

  /** The last write was acknowledged. */
  acknowledge(sync: boolean): void {
    this.acknowledged = this.written.length;
    if (sync) this.durable = this.written.length;
  }

  /**
   * Compares what a recovery found with what was promised, and goes on from there.
   *
   * @param kept "synced" after a loss of power, "acknowledged" after a kill
   * @returns what is wrong, or undefined
   */
  settle(content: ReadonlyMap<string, string>, kept: "synced" | "acknowledged"): string | undefined {
    const seen = sorted(content);
    const least = kept === "synced" ? this.durable : this.acknowledged;
    for (let length = this.written.length; length >= 0; length--) {
      if (sorted(this.after(length)) !== seen) continue;
      if (length < least) return `${least} writes were promised, ${length} are there`;
      this.written = this.written.slice(0, length);
      this.durable = length;
      this.acknowledged = length;
      return undefined;
    }
    return "what is there is not a prefix of the writes";
  }

  private after(length: number): Map<string, string> {
    const content = new Map<string, string>();
    for (const [key, value] of this.written.slice(0, length)) {
      if (value === undefined) content.delete(key);
      else content.set(key, value);
    }
    return content;
  }
}

function sorted(content: ReadonlyMap<string, string>): string {
  return JSON.stringify([...content].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Everything in a database. */
export async function contentOf(database: Database): Promise<Map<string, string>> {
  const content = new Map<string, string>();
  for await (const [key, value] of database.iterator()) content.set(text(key) as string, text(value) as string);
  return content;
}
