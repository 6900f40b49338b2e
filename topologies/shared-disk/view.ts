import type { ReadOnlyDatabase } from "../../engine/index.ts";
import type { EpochClaim } from "./epoch-claims.ts";

/** A replica's sight of the database of one epoch. Closed once it was given up and nobody reads from it. */
export class View {
  readonly database: ReadOnlyDatabase;
  readonly directory: string;
  /** Undefined without epochs. */
  readonly claim: EpochClaim | undefined;
  private readonly reading = new Map<number, { readonly tables: readonly number[]; readers: number }>();
  private readers = 0;
  private retired = false;

  constructor(database: ReadOnlyDatabase, directory: string, claim: EpochClaim | undefined) {
    this.database = database;
    this.directory = directory;
    this.claim = claim;
  }

  /** 0 without epochs. */
  get epoch(): number {
    return this.claim?.epoch ?? 0;
  }

  /** Reads from the version held now; its tables are {@link needed} until that has ended. */
  async read<T>(use: () => Promise<T>): Promise<T> {
    const { version } = this.database;
    const held = this.reading.get(version.number) ?? { tables: tablesOf(this.database), readers: 0 };
    this.reading.set(version.number, held);
    held.readers++;
    this.readers++;
    try {
      return await use();
    } finally {
      held.readers--;
      this.readers--;
      if (held.readers === 0) this.reading.delete(version.number);
      if (this.retired && this.readers === 0) await this.database.close();
    }
  }

  /** The tables of the version held, and of those that are still being read from, in order. */
  needed(): number[] {
    const needed = new Set(tablesOf(this.database));
    for (const { tables } of this.reading.values()) for (const table of tables) needed.add(table);
    return [...needed].sort((a, b) => a - b);
  }

  /** Nobody begins to read from it any more. */
  async retire(): Promise<void> {
    this.retired = true;
    if (this.readers === 0) await this.database.close();
  }
}

function tablesOf(database: ReadOnlyDatabase): number[] {
  return database.version.files().map((file) => file.number);
}
