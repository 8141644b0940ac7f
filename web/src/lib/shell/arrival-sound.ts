const NOTES = [659.3, 880];
const LOUDNESS = 0.08;

let context: AudioContext | null = null;

/** Two soft notes. Silent where the browser allows a page no sound before its first click. */
export function playArrivalSound(): void {
  const speaker = (context ??= new AudioContext());
  void speaker.resume();
  NOTES.forEach((frequency, at) => ring(speaker, frequency, at * 0.18));
}

function ring(context: AudioContext, frequency: number, delay: number): void {
  const begin = context.currentTime + delay;
  const volume = new GainNode(context, { gain: 0 });
  volume.gain.setValueAtTime(0, begin);
  volume.gain.linearRampToValueAtTime(LOUDNESS, begin + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, begin + 0.9);
  const tone = new OscillatorNode(context, { frequency });
  tone.connect(volume).connect(context.destination);
  tone.start(begin);
  tone.stop(begin + 1);
}
