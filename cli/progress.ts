import type { Terminal } from "./terminal.ts";

const REDRAW_EVERY = 100;

/** A line that says how far a long command is, redrawn in place on a terminal, and nothing elsewhere. */
export class Progress {
  private readonly terminal: Terminal;
  private readonly total: number;
  private readonly begun = performance.now();
  private drawn = -Infinity;
  private visible = false;

  constructor(terminal: Terminal, total: number) {
    this.terminal = terminal;
    this.total = total;
  }

  get seconds(): number {
    return (performance.now() - this.begun) / 1000;
  }

  advance(done: number, violated: number): void {
    const now = performance.now();
    if (!this.terminal.interactive || now - this.drawn < REDRAW_EVERY) return;
    this.drawn = now;
    this.visible = true;
    const rate = Math.round(done / Math.max(this.seconds, 0.001));
    this.terminal.write(`\r\u001b[K  ${done} of ${this.total} seeds, ${violated} violated, ${rate} seeds/s`);
  }

  clear(): void {
    if (this.visible) this.terminal.write("\r\u001b[K");
    this.visible = false;
  }
}
