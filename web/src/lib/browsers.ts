/** A browser that works. */
export interface Supported {
  name: string;
  /** From this version on. */
  from: string;
  /** The newest feature that the pages need, which decides that version. */
  because: string;
  /** The version that whole calls are tried with; derived where it is left out. */
  tried?: string;
}

/**
 * The one list of what works: the build makes code for these versions (`vite.config.ts`), the page *How it works* shows
 * them, and a test compares the README with it. None may be older than what Vite and Svelte make code for.
 */
export const BROWSERS: readonly Supported[] = [
  { name: 'Chrome', from: '111', because: 'CSS color-mix()', tried: 'Chromium 156' },
  { name: 'Edge', from: '111', because: 'CSS color-mix()' },
  {
    name: 'Firefox',
    from: '128',
    because: 'RTCRtpTransceiver.setCodecPreferences()',
    tried: '153 ESR',
  },
  { name: 'Safari', from: '16.4', because: 'the code that the build makes' },
  { name: 'iOS', from: '16.4', because: 'the code that the build makes' },
];

/** As build tools write them: `chrome111`. */
export function targets(): string[] {
  return BROWSERS.map(({ name, from }) => `${name.toLowerCase()}${from}`);
}
