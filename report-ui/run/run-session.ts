import { batch, computed, signal, type ReadonlySignal } from "@preact/signals";
import type { Language } from "../../report/messages/render.ts";
import type { Engine, EngineAnswer } from "../engine-room/engine.ts";
import type { RunOutcome, RunPhase, RunSubject } from "../engine-room/messages.ts";
import { runSourceOf } from "../timeline/run-source.ts";
import { RunView } from "../timeline/run-view.ts";

/** A run that is known to have been: what it came to, and in which build. */
export interface KnownRun {
  readonly build: string;
  readonly fingerprint: string;
}

/** A run to open. */
export interface OpenedRun {
  readonly subject: RunSubject;
  /** What a file calls it; undefined of a seed. */
  readonly file?: string | undefined;
  /** What it came to elsewhere; undefined when nobody has said. */
  readonly known?: KnownRun | undefined;
}

export type RunState =
  | { readonly is: "none" }
  | { readonly is: "running"; readonly events: number; readonly phase: RunPhase }
  | { readonly is: "done"; readonly outcome: RunOutcome; readonly view: RunView | undefined }
  | { readonly is: "refused"; readonly reason: string }
  | { readonly is: "cancelled" };

/**
 * - `same`: the fingerprint is the one that is known.
 * - `different`: it is another; the builds say whether it must be the same.
 * - `unknown`: there was nothing to hold it against.
 */
export type Agreement = "same" | "different" | "unknown";

/** The one run that the page has open: carried out in the engine room, and held against what is known of it. */
export class RunSession {
  readonly opened = signal<OpenedRun | undefined>(undefined);
  readonly state = signal<RunState>({ is: "none" });
  readonly agreement: ReadonlySignal<Agreement> = computed(() => {
    const state = this.state.value;
    const known = this.opened.value?.known;
    if (state.is !== "done" || known === undefined) return "unknown";
    return state.outcome.fingerprint === known.fingerprint ? "same" : "different";
  });
  private readonly engine: Engine;
  private readonly language: ReadonlySignal<Language>;
  private asked = 0;

  constructor(engine: Engine, language: ReadonlySignal<Language>) {
    this.engine = engine;
    this.language = language;
  }

  /** The screens' view of the run that is done; undefined until then. */
  get view(): RunView | undefined {
    const state = this.state.value;
    return state.is === "done" ? state.view : undefined;
  }

  /** Whether this run is the one that is open. */
  isOpen({ subject, file }: OpenedRun): boolean {
    const { opened } = this;
    const now = opened.peek();
    return now !== undefined && now.file === file && sameSubject(now.subject, subject);
  }

  /** Carries a run out, in place of the one that is open. */
  async open(run: OpenedRun): Promise<void> {
    const turn = ++this.asked;
    batch(() => {
      this.close();
      this.opened.value = run;
      this.state.value = { is: "running", events: 0, phase: "running" };
    });
    const answer = await this.engine.run({ subject: run.subject, wanted: "recording" }, (events, phase) => {
      if (turn === this.asked) this.state.value = { is: "running", events, phase };
    });
    // Another run was asked for meanwhile: this answer is to nobody's question.
    if (turn !== this.asked) return;
    this.state.value = this.stateAfter(answer);
  }

  cancel(): void {
    this.engine.cancel();
  }

  private stateAfter(answer: EngineAnswer): RunState {
    if (answer.type === "refused") return { is: "refused", reason: answer.reason };
    if (answer.type === "cancelled") return { is: "cancelled" };
    const { outcome } = answer;
    const view =
      outcome.recording === undefined ? undefined : new RunView(runSourceOf(outcome.recording), this.language);
    return { is: "done", outcome, view };
  }

  private close(): void {
    const state = this.state.peek();
    if (state.is === "done") state.view?.dispose();
  }
}

export function sameSubject(one: RunSubject, other: RunSubject): boolean {
  if ("plan" in one || "plan" in other) return "plan" in one && "plan" in other && one.plan === other.plan;
  return one.scenario === other.scenario && one.topology === other.topology && one.seed === other.seed;
}

/** Which run a subject is, in the terms of a seed. */
export function nameOf(subject: RunSubject): {
  readonly scenario: string;
  readonly topology: string;
  readonly seed: number;
} {
  const { scenario, topology, seed } = "plan" in subject ? subject.plan : subject;
  return { scenario, topology, seed };
}
