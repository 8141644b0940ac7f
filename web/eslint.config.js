// What prettier, the compiler and svelte-check cannot see: promises that nobody waits for, and what Svelte's own rules know.

import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import { parser, plugin } from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const SVELTE = ['**/*.svelte', '**/*.svelte.ts'];
const typed = { projectService: true, extraFileExtensions: ['.svelte'] };

export default [
  {
    ignores: [
      'build',
      '.svelte-kit',
      'node_modules',
      'packages/client/dist',
      'packages/client/src/schema.ts',
      'src/lib/i18n/messages.d.ts',
    ],
  },
  ...svelte.configs.recommended,
  { files: ['**/*.ts'], ignores: SVELTE, languageOptions: { parser, parserOptions: typed } },
  { files: SVELTE, languageOptions: { parserOptions: { ...typed, parser, svelteConfig } } },
  {
    files: ['**/*.ts', ...SVELTE],
    plugins: { '@typescript-eslint': plugin },
    languageOptions: { globals: globals.browser },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      // The pages are at the root of their server, always: a path is its own address.
      'svelte/no-navigation-without-resolve': 'off',
      // Maps, dates and queries are values here: made anew, never changed once they are shown.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
];
