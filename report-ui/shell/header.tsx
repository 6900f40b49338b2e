import type { Signal } from "@preact/signals";
import { languages, type Language } from "../../report/messages/render.ts";
import { usePage } from "./page.ts";
import { THEMES, type Theme } from "./preferences.ts";
import { formatRoute, SCREENS } from "./route.ts";

/** Languages, each in its own words. */
const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: "English", "zh-CN": "中文" };
const THEME_SIGNS: Readonly<Record<Theme, string>> = { system: "◐", light: "○", dark: "●" };

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
  readonly sign: string;
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
