import { expect, test } from 'vitest';
import { typeset } from './typeset';

const catalogue = {
  ask: 'Besoin d’aide ?',
  group: { quoted: ({ name }: { name: string }) => `« ${name} » : terminé ; merci !` },
  refused: () => ({ title: 'Pourquoi ?' }),
};

test('French punctuation stays with its word, in sentences with facts, too', () => {
  const set = typeset('fr', catalogue);
  expect(set.ask).toBe('Besoin d’aide\u202f?');
  expect(set.group.quoted({ name: 'A' })).toBe(
    '«\u00a0A\u00a0»\u00a0: terminé\u202f; merci\u202f!',
  );
  expect(set.refused().title).toBe('Pourquoi\u202f?');
});

test('other languages are left as they are', () => {
  expect(typeset('es', catalogue)).toBe(catalogue);
});
