import type { ComponentChildren } from "preact";
import { ComparisonScreen } from "../comparison/comparison-screen.tsx";
import { LessonScreen } from "../lesson/lesson-screen.tsx";
import { PlaygroundScreen } from "../playground/playground-screen.tsx";
import { RunScreenFrame } from "../run/run-screen-frame.tsx";
import { VerdictsScreen } from "../verdicts/verdicts-screen.tsx";
import { AskAnotherRun } from "./ask-another-run.tsx";
import { Header } from "./header.tsx";
import { PageContext, usePage, type Page } from "./page.ts";
import "./theme.css";
import "./app.css";

/** The whole page. */
export function App({ page }: { readonly page: Page }) {
  return (
    <PageContext.Provider value={page}>
      <Frame />
    </PageContext.Provider>
  );
}

function Frame() {
  const page = usePage();
  return (
    <>
      <a class="skip" href="#main" onClick={skip}>
        {page.say("page-skip")}
      </a>
      <Header />
      <main id="main" tabIndex={-1}>
        <Screen />
      </main>
      <Footer />
    </>
  );
}

/** The fragment is the page's address: a link to an element would lead away from the screen. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

function Screen() {
  const page = usePage();
  const route = page.route.value;
  const { report } = page;
  switch (route.at) {
    case "comparison":
      return report === undefined ? <NoReport /> : <ComparisonScreen report={report} />;
    case "verdicts":
      return report === undefined ? <NoReport /> : <VerdictsScreen report={report} />;
    case "playground":
      return <PlaygroundScreen />;
    case "lesson":
      return <LessonScreen />;
    case "moment-code":
      return <RunScreenFrame screen={route.code.screen} code={route.code} />;
    case "open-run":
      return <RunScreenFrame screen={route.screen} code={undefined} />;
    case "nowhere": {
      const { reason, part } = route.error;
      return (
        <Notice title={page.say("nowhere-title")} kind="bad">
          <p>{page.say(`moment-${reason}`, { part })}</p>
          <AskAnotherRun />
        </Notice>
      );
    }
  }
}

/** What a screen of the report says in a page that has none. */
function NoReport() {
  const page = usePage();
  return (
    <Notice title={page.say("no-report-title")} kind="plain">
      <p>{page.say("no-report-text")}</p>
      <pre class="command">npx faultline start</pre>
    </Notice>
  );
}

/** A few words in place of a screen. */
function Notice({
  title,
  kind,
  children,
}: {
  readonly title: string;
  readonly kind: "plain" | "bad";
  readonly children: ComponentChildren;
}) {
  return (
    <section class={`notice notice-${kind}`}>
      <h1>{title}</h1>
      {children}
    </section>
  );
}

function Footer() {
  const page = usePage();
  const { report, build } = page;
  return (
    <footer class="page-foot">
      <span>{page.say("page-build", { build })}</span>
      {report !== undefined && report.build !== build && (
        <span class="bad">{page.say("page-report-build", { build: report.build })}</span>
      )}
      {report !== undefined && (
        <span>{page.say("page-made", { at: report.timings.startedAt.slice(0, 16).replace("T", " ") })}</span>
      )}
      <span>{page.say("page-offline")}</span>
    </footer>
  );
}
