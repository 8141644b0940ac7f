import { load as bring } from '$lib/i18n';

// The server holds no pages, only this program for the browser.
export const ssr = false;
export const prerender = false;

export const load = () => bring('common');
