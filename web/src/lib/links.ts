/** A piece of what somebody wrote; `href` where it is an address that can be opened. */
export interface Piece {
  text: string;
  href?: string;
}

/** Up to white space, quotes, angle brackets, or characters that turn the direction of the text or are not seen. */
const ADDRESS = /\bhttps?:\/\/[^\s<>"'`\u00ab\u00bb\u201c-\u201f\p{Cc}\p{Cf}]+/giu;
/** What ends the sentence rather than the address. */
const AFTER = /[.,;:!?*_~…]+$/u;

/** What was written, cut at its addresses. Nothing else in it means anything. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const link = linkOf(match[0]);
    if (!link) continue;
    if (match.index > at) found.push({ text: text.slice(at, match.index) });
    found.push(link.piece);
    at = match.index + link.length;
  }
  if (at < text.length) found.push({ text: text.slice(at) });
  return found;
}

/** Null for what only looks like an address, or leads elsewhere than it seems to. */
function linkOf(written: string): { piece: Piece; length: number } | null {
  const address = trimmed(written);
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !['http:', 'https:'].includes(url.protocol)) return null;
  // `https://bank.example@elsewhere.example` is read as the bank.
  if (url.username || url.password) return null;
  // Letters of other alphabets look like ours: then it is shown as it is asked for.
  const plain = /^[\x21-\x7e]+$/.test(address.split(/[/?#]/, 3)[2] ?? '');
  return { piece: { text: plain ? address : url.href, href: url.href }, length: address.length };
}

/** Without the end of the sentence, and a bracket that was opened before it. */
function trimmed(written: string): string {
  let address = written.replace(AFTER, '');
  for (const [open, close] of [
    ['(', ')'],
    ['[', ']'],
    ['{', '}'],
  ] as const) {
    while (address.endsWith(close) && count(address, close) > count(address, open))
      address = address.slice(0, -1).replace(AFTER, '');
  }
  return address;
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}
