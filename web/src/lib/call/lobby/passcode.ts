export const PASSCODE_LENGTH = 6;

/** The digits of what was typed or pasted, whatever stands between them and in whichever script. */
export function digits(text: string): string {
  return [...text.normalize('NFKC')].map(toDigit).join('').slice(0, PASSCODE_LENGTH);
}

export function isWhole(passcode: string): boolean {
  return passcode.length === PASSCODE_LENGTH;
}

/** The first of the scripts' ten digits whose block holds this one; they stand in tens. */
function toDigit(character: string): string {
  if (!/\p{Nd}/u.test(character)) return '';
  let value = 0;
  let point = (character.codePointAt(0) ?? 0) - 1;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(point))) {
    value += 1;
    point -= 1;
  }
  return String(value);
}
