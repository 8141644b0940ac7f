const NOTES = [523.25, 659.25, 783.99];
const NOTE_SECONDS = 0.28;

/** Plays a few soft notes on the chosen loudspeaker; resolves when they have been heard. */
export async function playTestSound(speakerId: string | null): Promise<void> {
  const context = new AudioContext();
  const output = context.createMediaStreamDestination();
  const element = new Audio();
  element.srcObject = output.stream;
  // An unplugged loudspeaker: the browser's own choice stays.
  if (speakerId && 'setSinkId' in element)
    await element.setSinkId(speakerId).catch(() => undefined);
  await element.play();
  const last = NOTES.map((note, at) => ring(context, output, note, at * NOTE_SECONDS)).at(-1);
  await new Promise((resolve) => last?.addEventListener('ended', resolve, { once: true }));
  await context.close();
}

function ring(
  context: AudioContext,
  output: AudioNode,
  hertz: number,
  delay: number,
): OscillatorNode {
  const begin = context.currentTime + delay + 0.05;
  const end = begin + NOTE_SECONDS * 2;
  const loudness = context.createGain();
  loudness.gain.setValueAtTime(0.0001, begin);
  loudness.gain.exponentialRampToValueAtTime(0.2, begin + 0.03);
  loudness.gain.exponentialRampToValueAtTime(0.0001, end);
  const tone = new OscillatorNode(context, { frequency: hertz });
  tone.connect(loudness).connect(output);
  tone.start(begin);
  tone.stop(end);
  return tone;
}
