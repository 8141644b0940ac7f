import { Api, Call, Identity, LocalMedia, mediaSources, Realtime } from '@openvisit/client';

// From your own backend: which session, and a token for whoever is signed in with you.
const { server, session, token } = await (await fetch('/my/visit')).json();

const identity = new Identity(sessionStorage);
identity.take(token, null);
const api = new Api(identity, server);
const local = new LocalMedia(sessionStorage);
const call = new Call(session, {
  api,
  local,
  realtime: (handlers) => new Realtime(api, handlers),
  media: mediaSources(api, local),
  memory: sessionStorage,
});

const other = document.querySelector('video')!;
const says = document.querySelector('output')!;
call.subscribe(() => {
  const { phase, remotes, problem } = call.state;
  says.value = problem?.message ?? phase;
  const tracks = remotes.flatMap(({ microphone, camera }) => [microphone, camera]);
  const live = phase === 'call' ? tracks.filter((track) => track !== null) : [];
  const shown = other.srcObject instanceof MediaStream ? other.srcObject.getTracks() : [];
  if (live.some((track) => !shown.includes(track))) other.srcObject = new MediaStream(live);
});

document.querySelector('#join')!.addEventListener('click', () => void call.join());
document.querySelector('#end')!.addEventListener('click', () => call.end());
await local.open();
call.prepare();
