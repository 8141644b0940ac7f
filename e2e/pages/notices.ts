// What pages have said of the line, however short.

declare global {
  interface Window {
    /** Troubles, and `back`, in the order in which they came. */
    notices: string[];
  }
}

/** Runs in the page, before the page's own code. */
export function rememberNotices(): void {
  window.notices = [];
  const look = () => {
    const trouble = document.querySelector('[data-trouble]')?.getAttribute('data-trouble');
    const told = trouble ?? (document.querySelector('[data-testid="back"]') ? 'back' : null);
    if (told && told !== window.notices.at(-1)) window.notices.push(told);
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
}
