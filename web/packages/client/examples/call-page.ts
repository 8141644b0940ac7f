import { openVisit } from '@openvisit/client';

const place = <E extends Element>(selector: string): E => document.querySelector<E>(selector)!;
const [own, other] = [place<HTMLVideoElement>('#own'), place<HTMLVideoElement>('#other')];
const buttons = ['join', 'admit', 'leave', 'end'] as const;

// From your own program: which session, and a token for whoever is signed in with you, asked for again when one has run out.
const mine = async () => (await fetch('/my/visit')).json();
const { server, session } = await mine();
const visit = openVisit({ server, session, token: async () => (await mine()).token });

visit.subscribe(({ phase, problem, link, self, others, can }) => {
  const [they] = others;
  if (own.srcObject !== self) own.srcObject = self;
  if (other.srcObject !== (they?.stream ?? null)) other.srcObject = they?.stream ?? null;
  place('output').textContent = problem?.code ?? (link.media === 'lost' ? 'reconnecting' : phase);
  for (const it of buttons) place<HTMLButtonElement>(`#${it}`).hidden = !can[it];
});

for (const it of buttons) place(`#${it}`).addEventListener('click', () => void visit[it]());
place('#mute').addEventListener('click', () => {
  void visit.setMicrophone(!visit.state.devices?.microphone.on);
});
