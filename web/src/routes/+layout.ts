// The server holds no pages, only this program for the browser.
export const ssr = false;
export const prerender = false;
