// What the compiler cannot see: a promise that nobody waits for is a step that a test does not take.

import { parser, plugin } from 'typescript-eslint';

export default [
  {
    files: ['**/*.ts'],
    plugins: { '@typescript-eslint': plugin },
    languageOptions: { parser, parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
    },
  },
];
