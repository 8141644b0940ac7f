import adapter from '@sveltejs/adapter-static';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** @type {import('@sveltejs/kit').Config} */
export default {
  preprocess: vitePreprocess(),
  kit: {
    // One page for every path: the server answers unknown paths with it and the router does the rest.
    // What the server sends is compressed here, once and as far as it goes.
    adapter: adapter({ fallback: '200.html', precompress: true }),
    // Not the time of the build, so that equal sources give equal files.
    version: { name: process.env.npm_package_version ?? 'development' },
  },
};
