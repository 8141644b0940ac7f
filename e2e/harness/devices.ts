// What people hold in their hands or have on their desks.

import type { BrowserContextOptions } from '@playwright/test';

export const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };
export const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
/** The same phone, held across. */
export const PHONE_LANDSCAPE = { width: 844, height: 390 };
