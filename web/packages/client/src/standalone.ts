/** All of it in one file, for pages that have no bundler. */
export * from './index.ts';
export * from './element/index.ts';
