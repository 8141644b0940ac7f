import { expect, test } from 'vitest';
import { compiled, facts, french } from '../../../scripts/words.mjs';

test('French punctuation stays with its word, in sentences with facts, too', () => {
  expect(french('Besoin d’aide ?')).toBe('Besoin d’aide\u202f?');
  expect(french('« {name} » : terminé ; merci !')).toBe(
    '«\u00a0{name}\u00a0»\u00a0: terminé\u202f; merci\u202f!',
  );
});

test('other languages are left as they are', () => {
  expect(compiled('es', { ask: '¿Qué ?' })).toContain('ask: "¿Qué ?"');
  expect(compiled('fr', { ask: 'Quoi ?' })).toContain('ask: "Quoi\u202f?"');
});

test('a sentence tells which facts it wants, and of what kind', () => {
  expect(facts('{who, select, null {Nobody} other {{who}: {count, plural, other {#}}}}')).toEqual({
    who: 'string | number | null',
    count: 'number',
  });
  expect(facts('Closes at {time}')).toEqual({ time: 'string | number' });
});
