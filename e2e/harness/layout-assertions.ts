// Assertions about where things are on the screen, as a thumb and an eye find them.

import { expect, type Locator, type Page } from '@playwright/test';

/** CSS pixels that a finger needs (WCAG 2.5.5). */
const FINGER = 44;
/** A phone is held by its lower third. */
const THUMB = 2 / 3;

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Waits until it is whole in the window, large enough for a finger, and covered by nothing. */
export async function expectAtHand(control: Locator): Promise<void> {
  await expect(control).toBeInViewport({ ratio: 1 });
  await expect.poll(() => size(control), { message: 'smaller side' }).toBeGreaterThanOrEqual(FINGER);
  await expect.poll(() => control.evaluate(isOnTop), { message: `${control} on top` }).toBe(true);
}

/** Also where the thumb of the hand is that holds the phone upright. */
export async function expectUnderThumb(control: Locator, page: Page): Promise<void> {
  await expectAtHand(control);
  expect((await boxOf(control)).y, `${control} from the top`).toBeGreaterThan(heightOf(page) * THUMB);
}

/** Waits until none of these covers another. */
export async function expectApart(...parts: Locator[]): Promise<void> {
  const overlaps = async () => {
    const boxes = await Promise.all(parts.map(boxOf));
    return parts.flatMap((part, at) => parts.slice(at + 1).filter((_, next) => meet(boxes[at], boxes[at + 1 + next])).map((other) => `${part} and ${other}`));
  };
  await expect.poll(overlaps, { message: 'overlaps' }).toEqual([]);
}

/** Waits until nothing is beside the window, where one would have to scroll to it. */
export async function expectNoSideways(page: Page): Promise<void> {
  const beyond = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await expect.poll(beyond, { message: 'pixels beside the window' }).toBeLessThanOrEqual(0);
}

export async function boxOf(part: Locator): Promise<Box> {
  const box = await part.boundingBox();
  if (!box) throw new Error(`${part} is not to be seen`);
  return box;
}

function heightOf(page: Page): number {
  return page.viewportSize()?.height ?? NaN;
}

async function size(control: Locator): Promise<number> {
  const { width, height } = await boxOf(control);
  return Math.min(width, height);
}

/** Half a pixel of rounding is no overlap. */
function meet(a: Box | undefined, b: Box | undefined): boolean {
  if (!a || !b) return false;
  const slack = 0.5;
  return (
    a.x + slack < b.x + b.width && b.x + slack < a.x + a.width && a.y + slack < b.y + b.height && b.y + slack < a.y + a.height
  );
}

/** Runs in the page. */
function isOnTop(control: Element): boolean {
  const { x, y, width, height } = control.getBoundingClientRect();
  const top = document.elementFromPoint(x + width / 2, y + height / 2);
  return top !== null && control.contains(top);
}
