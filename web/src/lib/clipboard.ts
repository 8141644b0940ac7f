/**
 * Copies a text that has yet to come, as a link that the server makes. Some browsers let a page copy only within the
 * click itself, which a promise in the clipboard's item still is.
 */
export async function copySoon(text: Promise<string>): Promise<void> {
  if (typeof ClipboardItem === 'undefined') return navigator.clipboard.writeText(await text);
  const type = 'text/plain';
  const blob = text.then((known) => new Blob([known], { type }));
  await navigator.clipboard.write([new ClipboardItem({ [type]: blob })]);
}
