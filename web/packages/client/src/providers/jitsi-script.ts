interface Happening {
  muted?: boolean;
  on?: boolean;
  isFatal?: boolean;
}

/** What of Jitsi's External API is used here. */
export type JitsiApi = new (
  domain: string,
  options: Record<string, unknown>,
) => {
  on(event: string, listener: (happening: Happening) => void): void;
  executeCommand(command: string, ...args: unknown[]): void;
  setAudioInputDevice(label: string): Promise<unknown>;
  setVideoInputDevice(label: string): Promise<unknown>;
  setAudioOutputDevice(label: string): Promise<unknown>;
  dispose(): void;
};

let loading: Promise<JitsiApi> | null = null;

/** Jitsi's own script comes from where its frame does: the two are made for each other. Once for a page. */
export function jitsiScript(src: string): Promise<JitsiApi> {
  loading ??= load(src).catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}

async function load(src: string): Promise<JitsiApi> {
  const script = document.createElement('script');
  script.src = src;
  await new Promise<void>((resolve, reject) => {
    script.onload = () => resolve();
    script.onerror = () => reject(new Error('The script of Jitsi cannot be loaded.'));
    document.head.append(script);
  }).finally(() => script.remove());
  const { JitsiMeetExternalAPI } = globalThis as { JitsiMeetExternalAPI?: JitsiApi };
  if (!JitsiMeetExternalAPI) throw new Error('The script of Jitsi brought nothing.');
  return JitsiMeetExternalAPI;
}
