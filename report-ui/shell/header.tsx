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
    <fieldset class="choice">
      <legend class="hidden-text">{say("page-language")}</legend>
      {languages.map((each) => (
        <label key={each} class={each === language.value ? "chosen" : ""} lang={each}>
          <input
            type="radio"
            name="language"
            value={each}
            checked={each === language.value}
            onChange={() => (language.value = each)}
          />
          {LANGUAGE_NAMES[each]}
        </label>
      ))}
    </fieldset>
  );
}

function Themes() {
  const { theme, say } = choicesOf();
  return (
    <fieldset class="choice">
      <legend class="hidden-text">{say("page-theme")}</legend>
      {THEMES.map((each) => (
        <label key={each} class={each === theme.value ? "chosen" : ""} title={say(`theme-${each}`)}>
          <input
            type="radio"
            name="theme"
            value={each}
            aria-label={say(`theme-${each}`)}
            checked={each === theme.value}
            onChange={() => (theme.value = each)}
          />
          <span aria-hidden="true">{THEME_SIGNS[each]}</span>
        </label>
      ))}
    </fieldset>
  );
}

function choicesOf() {
  const page = usePage();
  return { language: page.language, theme: page.theme, say: page.say.bind(page) };
}
