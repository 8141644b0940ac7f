import { beforeEach, expect, test, vi } from 'vitest';
import { t } from '$lib/i18n';
import { catalogue } from '$lib/i18n/catalogue';
import { placeName } from '$lib/words';
import { actionWord } from './naming';

const { config } = vi.hoisted(() => ({ config: { wording: {} } }));
vi.mock('$lib/openvisit.svelte', () => ({ config }));

const common = catalogue('en', 'common');
const today = catalogue('en', 'today');
const PRESETS = Object.keys(common.parties);

beforeEach(() => Object.assign(t, { common, today }));

function speakAs(preset: string) {
  const [practitioner, client] = preset.split('/');
  config.wording = { practitioner, client, preset };
}

test('a clinic has its own words on the buttons', () => {
  speakAs('doctor/patient');
  const words = (['start', 'rejoin', 'writeNotes'] as const).map(actionWord);
  expect(words).toEqual(['Start Video', 'View Session', 'Add Notes']);
  expect(placeName('clients')).toBe('Patients');
  expect(placeName('sessions')).toBe('Visits');
});

test('a practice calls its tab and its way in by its own words', () => {
  speakAs('therapist/client');
  expect(placeName('sessions')).toBe('Video Sessions');
  expect(actionWord('join')).toBe('Join Now');
  expect(actionWord('start')).toBe('Join Now');
  expect(actionWord('rejoin')).toBe('Rejoin');
});

test('whoever has no words of their own has the plain ones, whatever the settings say', () => {
  for (const preset of [...PRESETS, 'shaman/seeker', '/']) {
    speakAs(preset);
    expect(actionWord('details')).toBe('Details');
    expect(placeName('calendar')).toBe('Calendar');
    expect(placeName('clients')).not.toBe('');
  }
  speakAs('shaman/seeker');
  expect([actionWord('start'), placeName('sessions')]).toEqual(['Start', 'Visits']);
  expect(placeName('clients')).toBe('Clients');
});
