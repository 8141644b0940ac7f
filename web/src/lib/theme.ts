// Light or dark, where a page around this one knows better than the browser.

import { memory } from '$lib/memory';

const KEY = 'openvisit.theme';
const THEMES = ['light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

export function isTheme(text: string | null | undefined): text is Theme {
  return THEMES.some((theme) => theme === text);
}

/** Wears it from now on in this tab. */
export function wear(theme: Theme): void {
  memory.setItem(KEY, theme);
  dressAsWished();
}

/** Lets what the style sheets say of the dark hold always, or never, where that was wished for. */
export function dressAsWished(): void {
  const theme = memory.getItem(KEY);
  if (!isTheme(theme)) return;
  document.documentElement.style.colorScheme = theme;
  for (const sheet of [...document.styleSheets, ...document.adoptedStyleSheets]) {
    for (const rule of sheet.cssRules) {
      if (!(rule instanceof CSSMediaRule)) continue;
      const ofTheDark = /prefers-color-scheme|^(not )?all$/.test(rule.media.mediaText);
      if (ofTheDark) rule.media.mediaText = theme === 'dark' ? 'all' : 'not all';
    }
  }
}
