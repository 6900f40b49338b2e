import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { languages, type Language } from "../../report/messages/render.ts";
import { usePage } from "./page.ts";
import { THEMES, type Theme } from "./preferences.ts";
import { formatRoute, SCREENS } from "./route.ts";

/** Languages, each in its own words. */
const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: "English", "zh-CN": "中文" };
/** A half-filled disk, a sun, a moon. */
const THEME_SIGNS: Readonly<Record<Theme, ComponentChildren>> = {
  system: (
    <ThemeSign>
      <circle cx="8" cy="8" r="5.5" fill="none" />
      <path d="M8 2.5a5.5 5.5 0 0 1 0 11z" fill="currentColor" stroke="none" />
    </ThemeSign>
  ),
  light: (
    <ThemeSign>
      <circle cx="8" cy="8" r="3" fill="none" />
      <path d="M8 .8v2M8 13.2v2M.8 8h2M13.2 8h2M2.9 2.9l1.4 1.4M11.7 11.7l1.4 1.4M2.9 13.1l1.4-1.4M11.7 4.3l1.4-1.4" />
    </ThemeSign>
  ),
  dark: (
    <ThemeSign>
      <path d="M13.6 9.8A6 6 0 0 1 6.2 2.4a6 6 0 1 0 7.4 7.4z" fill="none" />
    </ThemeSign>
  ),
};

function ThemeSign({ children }: { readonly children: ComponentChildren }) {
  return (
    <svg viewBox="0 0 16 16" width="15" height="15" stroke="currentColor" stroke-width="1.4" stroke-linecap="round">
      {children}
    </svg>
  );
}

/** The name of the page, its screens, and how it is to be read. */
export function Header() {
  const page = usePage();
  const at = page.route.value.at;
  const inRun = at === "moment-code" || at === "open-run";
  const opened = page.run.opened.value;
  return (
    <header class="page-head">
      <a class="page-name" href="#comparison">
        <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
          <path d="M1 6h8l-3 8h13" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linejoin="bevel" />
        </svg>
        Faultline
      </a>
      <nav class="page-nav" aria-label={page.say("page-screens")}>
        {SCREENS.map((screen) => (
          <a key={screen} href={formatRoute({ at: screen })} aria-current={at === screen ? "page" : undefined}>
            {page.say(`screen-${screen}`)}
          </a>
        ))}
        {opened !== undefined && (
          <a href={page.addressOf("timeline")} aria-current={inRun ? "page" : undefined}>
            {page.say("screen-run")}
          </a>
        )}
      </nav>
      <div class="page-choices">
        <Languages />
        <Themes />
      </div>
    </header>
  );
}

function Languages() {
  const { language, say } = choicesOf();
  return (
    <Choice name="language" legend={say("page-language")} values={languages} chosen={language}>
      {(each) => ({ sign: LANGUAGE_NAMES[each], lang: each })}
    </Choice>
  );
}

function Themes() {
  const { theme, say } = choicesOf();
  return (
    <Choice name="theme" legend={say("page-theme")} values={THEMES} chosen={theme}>
      {(each) => ({ sign: THEME_SIGNS[each], label: say(`theme-${each}`) })}
    </Choice>
  );
}

/** How one of several is shown. */
interface Shown {
  readonly sign: ComponentChildren;
  /** What it is called, where the sign says nothing by itself. */
  readonly label?: string;
  /** The language of the sign, where it is not the page's. */
  readonly lang?: string;
}

interface ChoiceProps<Value extends string> {
  readonly name: string;
  readonly legend: string;
  readonly values: readonly Value[];
  readonly chosen: Signal<Value>;
  readonly children: (value: Value) => Shown;
}

/** One of several, always in sight. */
function Choice<Value extends string>({ name, legend, values, chosen, children }: ChoiceProps<Value>) {
  return (
    <fieldset class="choice">
      <legend class="hidden-text">{legend}</legend>
      {values.map((each) => {
        const { sign, label, lang } = children(each);
        return (
          <label key={each} class={each === chosen.value ? "chosen" : ""} title={label} lang={lang}>
            <input
              type="radio"
              name={name}
              value={each}
              aria-label={label}
              checked={each === chosen.value}
              onChange={() => (chosen.value = each)}
            />
            {label === undefined ? sign : <span aria-hidden="true">{sign}</span>}
          </label>
        );
      })}
    </fieldset>
  );
}

function choicesOf() {
  const page = usePage();
  return { language: page.language, theme: page.theme, say: page.say.bind(page) };
}
