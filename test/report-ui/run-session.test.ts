import { signal } from "@preact/signals";
import { describe, expect, test } from "vitest";
import type { Engine, EngineAnswer } from "../../report-ui/engine-room/engine.ts";
import type { RunOutcome, ToEngineRoom } from "../../report-ui/engine-room/messages.ts";
import { RunSession, type OpenedRun } from "../../report-ui/run/run-session.ts";
import { scenarios } from "../../scenarios/catalogue.ts";
import { drawPlan } from "../../scenarios/draw-plan.ts";
import type { Scenario } from "../../scenarios/scenario.ts";

const RUN: OpenedRun = {
  subject: { scenario: "compaction-race", topology: "single", seed: 1 },
  known: { build: "abc", fingerprint: "aaaa" },
};

/** Answers when the test says so. */
class StillEngine implements Engine {
  readonly asked: ToEngineRoom[] = [];
  private answer: ((answer: EngineAnswer) => void) | undefined;

  run(request: ToEngineRoom): Promise<EngineAnswer> {
    this.cancel();
    this.asked.push(request);
    return new Promise((resolve) => (this.answer = resolve));
  }

  cancel(): void {
    this.say({ type: "cancelled" });
  }

  say(answer: EngineAnswer): void {
    this.answer?.(answer);
    this.answer = undefined;
  }
}

function outcome(fingerprint: string): RunOutcome {
  return {
    build: "abc",
    plan: drawPlan(scenarios.get("compaction-race") as Scenario, "single", 1),
    verdict: "holds",
    fingerprint,
    events: 1,
    time: 1,
    elapsed: 1,
    findings: [],
    undecided: [],
    faults: [],
    failure: undefined,
    recording: undefined,
  };
}

describe("the run that a page has open", () => {
  const opened = (): { readonly engine: StillEngine; readonly session: RunSession } => {
    const engine = new StillEngine();
    return { engine, session: new RunSession(engine, signal("en")) };
  };

  test("is held against the fingerprint that is known of it", async () => {
    for (const [fingerprint, agreement] of [["aaaa", "same"] as const, ["bbbb", "different"] as const]) {
      const { engine, session } = opened();
      const done = session.open(RUN);
      expect(session.agreement.value).toBe("unknown");
      engine.say({ type: "done", outcome: outcome(fingerprint) });
      await done;
      expect(session.agreement.value).toBe(agreement);
    }
  });

  test("of which nothing is known agrees with nothing", async () => {
    const { engine, session } = opened();
    const done = session.open({ subject: RUN.subject });
    engine.say({ type: "done", outcome: outcome("aaaa") });
    await done;
    expect(session.agreement.value).toBe("unknown");
  });

  test("gives way to another, and the answer that comes too late is nobody's", async () => {
    const { engine, session } = opened();
    const first = session.open(RUN);
    const other: OpenedRun = { subject: { scenario: "failover", topology: "single", seed: 2 } };
    const second = session.open(other);
    await first;
    expect(session.state.value.is).toBe("running");
    expect(session.isOpen(other)).toBe(true);
    engine.say({ type: "refused", reason: "because" });
    await second;
    expect(session.state.value).toEqual({ is: "refused", reason: "because" });
  });

  test("can be cancelled", async () => {
    const { session } = opened();
    const done = session.open(RUN);
    session.cancel();
    await done;
    expect(session.state.value).toEqual({ is: "cancelled" });
  });
});
