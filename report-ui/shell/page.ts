import { effect, signal, untracked, type ReadonlySignal, type Signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Message } from "../../checkers/message.ts";
import type { MessageId } from "../../report/messages/english.ts";
import { render, type Language } from "../../report/messages/render.ts";
import type { SuiteReport } from "../../report/suite-report.ts";
import type { Engine } from "../engine-room/engine.ts";
import { nameOf, RunSession, type OpenedRun } from "../run/run-session.ts";
import { knownRunOf } from "./known-runs.ts";
import type { MomentCode, RunScreen } from "./moment-code.ts";
import type { Preferences, Theme } from "./preferences.ts";
import { formatRoute, parseRoute, type Route, type ScreenName } from "./route.ts";

export interface PageParts {
  readonly preferences: Preferences;
  readonly engine: Engine;
  /** undefined: a page without a report still runs seeds. */
  readonly report: SuiteReport | undefined;
  readonly build: string;
}

/** What all screens of the page share. */
export class Page {
  readonly language: Signal<Language>;
  readonly theme: Signal<Theme>;
  readonly report: SuiteReport | undefined;
  /** First digits of the hash of what carries out runs here. */
  readonly build: string;
  readonly engine: Engine;
  readonly run: RunSession;
  private readonly current: Signal<Route>;

  constructor({ preferences, engine, report, build }: PageParts) {
    this.language = preferences.language;
    this.theme = preferences.theme;
    this.report = report;
    this.build = build;
    this.engine = engine;
    this.run = new RunSession(engine, this.language);
    this.current = signal(parseRoute(location.hash));
    addEventListener("hashchange", () => (this.current.value = parseRoute(location.hash)));
    effect(() => {
      const route = this.current.value;
      if (route.at === "moment-code") untracked(() => this.follow(route.code));
    });
    effect(() => this.goToMoment());
  }

  get route(): ReadonlySignal<Route> {
    return this.current;
  }

  say(id: MessageId, params: Message["params"] = {}): string {
    return render({ id, params }, this.language.value);
  }

  words(message: Message): string {
    return render(message, this.language.value);
  }

  /** Shows a screen of the report. */
  goTo(screen: ScreenName): void {
    location.hash = formatRoute({ at: screen });
  }

  /** Opens a run, and shows it. */
  show(opened: OpenedRun, screen: RunScreen = "timeline"): void {
    void this.run.open(opened);
    location.hash =
      "plan" in opened.subject
        ? formatRoute({ at: "open-run", screen })
        : formatRoute({ at: "moment-code", code: { build: this.build, screen, ...nameOf(opened.subject) } });
  }

  /** Where a screen of the open run is to be found. */
  addressOf(screen: RunScreen): string {
    const opened = this.run.opened.value;
    if (opened === undefined || "plan" in opened.subject) return formatRoute({ at: "open-run", screen });
    return formatRoute({ at: "moment-code", code: { build: this.build, screen, ...nameOf(opened.subject) } });
  }

  /** The code of what the page shows; undefined where no seed gives the run. */
  momentCode(screen: RunScreen): MomentCode | undefined {
    const opened = this.run.opened.value;
    if (opened === undefined || "plan" in opened.subject) return undefined;
    const { view } = this.run;
    const time = view?.records[view.cursor.value]?.time;
    return { build: this.build, screen, ...nameOf(opened.subject), time, selected: view?.selected.value };
  }

  private follow(code: MomentCode): void {
    const { scenario, topology, seed } = code;
    const opened: OpenedRun = {
      subject: { scenario, topology, seed },
      known: knownRunOf(this.report, { scenario, topology, seed }),
    };
    if (!this.run.isOpen(opened)) void this.run.open(opened);
  }

  /** Once the run of a code is there, the moment that the code is of. */
  private goToMoment(): void {
    const route = this.current.value;
    const { view } = this.run;
    if (route.at !== "moment-code" || view === undefined) return;
    const { time, selected } = route.code;
    untracked(() => {
      if (time !== undefined)
        view.moveTo(
          Math.max(
            0,
            view.records.findLastIndex((record) => record.time <= time),
          ),
        );
      if (selected !== undefined) view.select(selected);
    });
  }
}

export const PageContext = createContext<Page | undefined>(undefined);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === undefined) throw new Error("a screen is drawn outside of its page");
  return page;
}
