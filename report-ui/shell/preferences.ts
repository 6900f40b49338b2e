import { effect, signal, type Signal } from "@preact/signals";
import { languages, type Language } from "../../report/messages/render.ts";

export const THEMES = ["system", "light", "dark"] as const;

export type Theme = (typeof THEMES)[number];

/** What a reader chose, kept from one visit to the next where the browser allows it. */
export interface Preferences {
  readonly language: Signal<Language>;
  readonly theme: Signal<Theme>;
}

/** Reads what was chosen before, else what the browser says; from then on, what changes is shown and kept. */
export function loadPreferences(root: HTMLElement): Preferences {
  const language = signal<Language>(languages.find((each) => each === recall("language")) ?? browserLanguage());
  const theme = signal<Theme>(THEMES.find((each) => each === recall("theme")) ?? "system");
  effect(() => {
    root.lang = language.value;
    keep("language", language.value);
  });
  effect(() => {
    if (theme.value === "system") root.removeAttribute("data-theme");
    else root.dataset["theme"] = theme.value;
    keep("theme", theme.value);
  });
  return { language, theme };
}

function browserLanguage(): Language {
  return navigator.language.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
}

/** Storage throws where a browser keeps nothing of files, or nothing at all. */
function recall(name: string): string | undefined {
  try {
    return localStorage.getItem(`faultline-${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`faultline-${name}`, value);
  } catch {
    // It is chosen for this visit then.
  }
}
