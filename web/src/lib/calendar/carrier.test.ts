import { expect, test } from 'vitest';
import { carrierName, carriers, wished } from './carrier';

const media = { providers: ['embedded', 'livekit'], default: 'livekit' };

test('whom an appointment has is on offer, though the server knows it no more', () => {
  expect(carriers(media)).toEqual(['embedded', 'livekit']);
  expect(carriers(media, 'livekit')).toEqual(['embedded', 'livekit']);
  expect(carriers(media, 'twilio')).toEqual(['embedded', 'livekit', 'twilio']);
});

test('carriers have the names that people know', () => {
  const names = ['embedded', 'livekit', 'chime', 'newest'].map((it) => carrierName(it, 'Here'));
  expect(names).toEqual(['Here', 'LiveKit', 'Amazon Chime', 'newest']);
});

test('only another carrier is asked for', () => {
  expect(wished('livekit', 'livekit')).toEqual({});
  expect(wished('embedded', 'livekit')).toEqual({ media_provider: 'embedded' });
});
