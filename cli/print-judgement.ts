import type { Message } from "../checkers/message.ts";
import { formatCount } from "../report/format.ts";
import { render, type Language } from "../report/messages/render.ts";
import type { Judgement, Witness } from "./check-messages.ts";
import type { CheckOutcome } from "./check-process.ts";
import { sentencesOf } from "./judgement-sentences.ts";
import { displayWidth, fit, MAX_WIDTH, wrap, type Terminal } from "./terminal.ts";

/** More violations are counted; `--json` tells of more. */
const VIOLATIONS_SHOWN = 3;

/** Wider names are cut at their beginning: files are told apart by the end. */
const MAX_NAME_WIDTH = 44;

const INDENT = "  ";

/** Milliseconds between two pictures of progress. */
const REDRAW_EVERY = 100;

const CLEAR_LINE = "\r\u001b[K";

/** How judged histories are printed: a line each, and under it what there is to explain. */
export class JudgementPrinter {
  private readonly out: Terminal;
  private readonly language: Language;
  private readonly nameWidth: number;
  private readonly verdictWidth: number;
  /** When the line of progress was drawn last. */
  private drawn = -Infinity;

  constructor(out: Terminal, language: Language, files: readonly string[]) {
    this.out = out;
    this.language = language;
    this.nameWidth = Math.max(...files.map((file) => displayWidth(shownName(file))));
    const words = ["valid", "invalid", "unknown", "unusable"].map((verdict) => this.say(`check-${verdict}`));
    this.verdictWidth = Math.max(...words.map(displayWidth));
  }

  /** How far a history has been read: a line redrawn in place on a terminal, and nothing elsewhere. */
  reading(file: string, operations: number): void {
    const now = performance.now();
    if (!this.out.interactive || now - this.drawn < REDRAW_EVERY) return;
    this.drawn = now;
    this.out.write(`${CLEAR_LINE}${shownName(file)}   ${this.counted("operation", operations)}`);
  }

  /** What came of a history. @param reason why it is unknown, when the judgement does not say */
  outcome(file: string, outcome: CheckOutcome, reason: Message | undefined): void {
    if (outcome.type === "judged") this.judged(file, outcome.judgement);
    if (outcome.type === "unusable") this.line(file, "unusable", "");
    if (outcome.type !== "too-large") return;
    this.line(file, "unknown", "");
    if (reason !== undefined) this.explain(render(reason, this.language));
  }

  interrupted(done: number, all: number): void {
    this.clear();
    this.out.write(`${this.out.yellow("interrupted")} after ${done} of ${all} files\n`);
  }

  private judged(file: string, judgement: Judgement): void {
    const { verdict, operations, clients, keys, elapsed, violations, violationCount, unknown } = judgement;
    const size = [
      this.counted("operation", operations),
      this.counted("client", clients),
      ...(keys === undefined ? [] : [this.counted("key", keys)]),
      formatElapsed(elapsed),
    ];
    this.line(file, verdict, this.listed(size));
    const { ignored, outOfOrder } = judgement;
    if (outOfOrder !== undefined) this.note("check-out-of-order", { line: outOfOrder });
    if (ignored > 0) this.note("check-ignored", { count: ignored });
    const sentences = sentencesOf(judgement, this.language);
    const shown = violations.slice(0, VIOLATIONS_SHOWN);
    for (const { message, cycle = [] } of shown) {
      this.explain(sentences(message));
      for (const step of cycle) this.explain(sentences(step.message), INDENT + INDENT);
    }
    this.nameProcesses(shown);
    const more = violationCount - shown.length;
    if (more > 0) this.note("check-more", { count: more });
    if (unknown !== undefined) this.explain(sentences(unknown));
  }

  /** Sentences have numbers for processes; a file may have names. */
  private nameProcesses(violations: readonly Witness[]): void {
    const names = new Map<number, string>();
    for (const { process, processName } of violations.flatMap(({ operations }) => operations)) {
      if (processName !== undefined) names.set(process, processName);
    }
    const all = [...names].sort(([a], [b]) => a - b);
    if (all.length === 0) return;
    const told = all.map(([process, name]) => this.say("check-process", { process, name: shownName(name) }));
    this.dimmed(this.listed(told));
  }

  private listed(parts: readonly string[]): string {
    return parts.join(this.language === "zh-CN" ? "，" : ", ");
  }

  private line(file: string, verdict: "valid" | "invalid" | "unknown" | "unusable", size: string): void {
    const { out } = this;
    const paint = { valid: out.green, invalid: out.red, unknown: out.yellow, unusable: out.red }[verdict];
    const word = fit(this.say(`check-${verdict}`), this.verdictWidth);
    this.clear();
    out.write(`${fit(shownName(file), this.nameWidth)}   ${paint(word)}   ${size}`.trimEnd() + "\n");
  }

  private clear(): void {
    if (this.drawn > -Infinity) this.out.write(CLEAR_LINE);
    this.drawn = -Infinity;
  }

  private explain(sentence: string, indent = INDENT): void {
    for (const line of wrap(indent + sentence, MAX_WIDTH, indent)) this.out.write(`${line}\n`);
  }

  private note(id: string, params: Message["params"]): void {
    this.dimmed(this.say(id, params));
  }

  private dimmed(sentence: string): void {
    for (const line of wrap(INDENT + sentence, MAX_WIDTH, INDENT)) this.out.write(`${this.out.dim(line)}\n`);
  }

  private counted(what: "operation" | "client" | "key", count: number): string {
    return count === 1 ? this.say(`check-${what}`) : this.say(`check-${what}s`, { count });
  }

  private say(id: string, params: Message["params"] = {}): string {
    return render({ id, params }, this.language);
  }
}

/** A file's name as it is printed: nothing in it moves a terminal, and of a long one the end. */
export function shownName(file: string): string {
  const name = file.replaceAll(/[\p{Cc}\p{Cf}]/gu, "\ufffd");
  if (displayWidth(name) <= MAX_NAME_WIDTH) return name;
  let end = "";
  for (const character of Array.from(name).reverse()) {
    if (displayWidth(character + end) > MAX_NAME_WIDTH - 1) break;
    end = character + end;
  }
  return `…${end}`;
}

/** Real time, which is not the same twice: no more figures than mean something. */
function formatElapsed(milliseconds: number): string {
  const whole = Math.round(milliseconds);
  return whole < 1_000
    ? `${whole} ms`
    : whole < 100_000
      ? `${(whole / 1_000).toFixed(1)} s`
      : `${formatCount(Math.round(whole / 1_000))} s`;
}
