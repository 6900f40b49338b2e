import type { Terminal } from "./terminal.ts";

/** On a terminal, in milliseconds. */
const REDRAW_EVERY = 100;
/** Elsewhere a line is added so often. */
const LINE_EVERY = 30_000;

/** Says how far a long command is: a line redrawn in place on a terminal, now and then a new line elsewhere. */
export class Progress {
  private readonly terminal: Terminal;
  private readonly total: number;
  private readonly begun = performance.now();
  private drawn = -Infinity;
  private visible = false;
  private done = 0;
  private violated = 0;
  private unexpected = 0;

  /** @param total seeds to come; Infinity when their number is not known */
  constructor(terminal: Terminal, total: number) {
    this.terminal = terminal;
    this.total = total;
  }

  /** Another seed is done. */
  advance(violated: boolean, unexpected: boolean): void {
    this.done++;
    if (violated) this.violated++;
    if (unexpected) this.unexpected++;
    const now = performance.now();
    const { interactive } = this.terminal;
    if (now - (interactive ? this.drawn : Math.max(this.drawn, this.begun)) < (interactive ? REDRAW_EVERY : LINE_EVERY))
      return;
    this.drawn = now;
    this.visible = interactive;
    this.terminal.write(interactive ? `\r\u001b[K  ${this.text(now)}` : `  ${this.text(now)}\n`);
  }

  clear(): void {
    if (this.visible) this.terminal.write("\r\u001b[K");
    this.visible = false;
  }

  private text(now: number): string {
    const seconds = (now - this.begun) / 1000;
    const of = this.total === Infinity ? "" : ` of ${this.total}`;
    const unexpected = this.unexpected === 0 ? "" : ` (${this.unexpected} unexpected)`;
    const rate = Math.round(this.done / Math.max(seconds, 0.001));
    return `${this.done}${of} seeds, ${this.violated} violated${unexpected}, ${Math.round(seconds)} s, ${rate} seeds/s`;
  }
}
