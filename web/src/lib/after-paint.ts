/**
 * Does what nobody waits for once the page as it is now has been painted. What it returns forgets it.
 *
 * In a page that is not shown nothing is painted, and nothing done.
 */
export function afterPaint(task: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const frame = requestAnimationFrame(() => (timer = setTimeout(task)));
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}

/** Until the page as it is now has been painted. */
export function painted(): Promise<void> {
  return new Promise((resolve) => void afterPaint(resolve));
}
