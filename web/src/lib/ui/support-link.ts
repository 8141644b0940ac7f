/** The link to a support address: a page, an e-mail address or a telephone number; null for anything else. */
export function addressOf(support: string): string | null {
  const text = support.trim();
  if (/^(https?:\/\/|mailto:|tel:)/i.test(text)) return text;
  if (/^[^\s@]+@[^\s@]+$/.test(text)) return `mailto:${text}`;
  if (/^\+?[\d\s()/.-]{4,}$/.test(text)) return `tel:${text.replace(/[^\d+]/g, '')}`;
  return null;
}
