/** Browsers that keep the permission for camera and microphone in different places. */
export type Browser =
  'chrome' | 'edge' | 'firefox' | 'safari' | 'android' | 'ios' | 'ios_app' | 'other';

/** Whose permission dialog the person has in front of them. */
export function browserOf(userAgent: string, touchPoints: number): Browser {
  const has = (pattern: RegExp) => pattern.test(userAgent);
  // An iPad says that it is a Mac.
  if (has(/iPhone|iPad|iPod/) || (has(/Macintosh/) && touchPoints > 1))
    return has(/CriOS|FxiOS|EdgiOS/) ? 'ios_app' : 'ios';
  if (has(/Android/)) return 'android';
  // Each of these also names those that come after it.
  if (has(/Edg\//)) return 'edge';
  if (has(/Firefox\//)) return 'firefox';
  if (has(/Chrom(e|ium)\//)) return 'chrome';
  return has(/Safari\//) ? 'safari' : 'other';
}

export function thisBrowser(): Browser {
  return browserOf(navigator.userAgent, navigator.maxTouchPoints);
}
