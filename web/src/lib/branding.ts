// The operator's own colour and logo. The colour is one that carries white text; the page's own shades are made
// of it such that text is readable on each of them, in light and in dark.

type Colour = readonly [red: number, green: number, blue: number];

/** What WCAG asks of text. */
const READABLE = 4.5;
const STEP = 0.04;
const WHITE: Colour = [255, 255, 255];
const BLACK: Colour = [0, 0, 0];
/** `--surface` and `--sunken` in the dark. */
const DARK: Colour = [23, 33, 32];
const DARK_SUNKEN: Colour = [30, 42, 40];
/** `--sunken` in the light. */
const LIGHT_SUNKEN: Colour = [238, 242, 241];
/** `--bg` in the dark. */
const NIGHT: Colour = [14, 21, 20];

interface Shades {
  accent: Colour;
  hover: Colour;
  onAccent: Colour;
  soft: Colour;
}

/** Dresses the page in them; null where the operator has none. */
export function dress(accent: string | null, logo: string | null): void {
  if (accent) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles(accent));
    document.adoptedStyleSheets = [sheet];
  }
  if (logo) document.querySelector('link[rel="icon"]')?.setAttribute('href', logo);
}

export function styles(accent: string): string {
  const colour = parse(accent);
  return `:root { ${declarations(light(colour))} }
@media (prefers-color-scheme: dark) { :root { ${declarations(dark(colour))} } }`;
}

export function light(colour: Colour): Shades {
  const soft = mix(colour, WHITE, 0.9);
  const accent = until(colour, BLACK, [soft, LIGHT_SUNKEN, WHITE]);
  return { accent, hover: mix(accent, BLACK, 0.18), onAccent: WHITE, soft };
}

export function dark(colour: Colour): Shades {
  const soft = mix(colour, DARK, 0.8);
  const accent = until(colour, WHITE, [soft, DARK_SUNKEN, NIGHT]);
  return { accent, hover: mix(accent, WHITE, 0.18), onAccent: NIGHT, soft };
}

/** The contrast of two colours, from 1 to 21, as WCAG 2 defines it. */
export function contrast(one: Colour, other: Colour): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return ((lighter ?? 0) + 0.05) / ((darker ?? 0) + 0.05);
}

export function parse(accent: string): Colour {
  const number = parseInt(accent.slice(1), 16);
  return [(number >> 16) & 255, (number >> 8) & 255, number & 255];
}

/** The colour, moved towards another one only as far as it takes to be readable on all of these. */
function until(colour: Colour, towards: Colour, grounds: Colour[]): Colour {
  for (let share = 0; share < 1; share += STEP) {
    const tried = mix(colour, towards, share);
    if (grounds.every((ground) => contrast(tried, ground) >= READABLE)) return tried;
  }
  return towards;
}

function mix(one: Colour, other: Colour, share: number): Colour {
  const part = (at: 0 | 1 | 2) => Math.round(one[at] * (1 - share) + other[at] * share);
  return [part(0), part(1), part(2)];
}

function luminance(colour: Colour): number {
  const [red = 0, green = 0, blue = 0] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function declarations({ accent, hover, onAccent, soft }: Shades): string {
  return `--accent: ${css(accent)}; --accent-hover: ${css(hover)}; --on-accent: ${css(onAccent)}; --accent-soft: ${css(soft)};`;
}

function css(colour: Colour): string {
  return `rgb(${colour.join(' ')})`;
}
