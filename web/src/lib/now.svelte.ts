import { createSubscriber } from 'svelte/reactivity';
import { api } from '$lib/openvisit.svelte';

const tick = createSubscriber((update) => {
  const timer = setInterval(update, 1000);
  return () => clearInterval(timer);
});

/**
 * The present instant in milliseconds, by the server's clock: doors open by that, whatever this computer believes.
 * Whatever reads it in a page is refreshed every second.
 */
export function now(): number {
  tick();
  return serverNow();
}

/** The same, read once. */
export function serverNow(): number {
  return api.clock.now();
}
