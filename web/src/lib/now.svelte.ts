import { createSubscriber } from 'svelte/reactivity';

const tick = createSubscriber((update) => {
  const timer = setInterval(update, 1000);
  return () => clearInterval(timer);
});

/** The present instant in milliseconds; whatever reads it in a page is refreshed every second. */
export function now(): number {
  tick();
  return Date.now();
}
