/** What the element is made of, by name; each is also a part that the page's own style can reach. */
export interface View {
  root: HTMLElement;
  stage: HTMLElement;
  /** Where a provider shows a stage of its own. */
  place: HTMLElement;
  self: HTMLVideoElement;
  status: HTMLElement;
  waiting: HTMLElement;
  entry: HTMLFormElement;
  passcode: HTMLInputElement;
  join: HTMLButtonElement;
  microphone: HTMLButtonElement;
  camera: HTMLButtonElement;
  share: HTMLButtonElement;
  sound: HTMLButtonElement;
  leave: HTMLButtonElement;
  end: HTMLButtonElement;
}

export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  part: string,
  ...children: Node[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  element.className = part;
  element.setAttribute('part', part);
  element.append(...children);
  return element;
}

export function video(part: string): HTMLVideoElement {
  const element = make('video', part);
  element.autoplay = element.playsInline = true;
  return element;
}

function button(part: string, kind = ''): HTMLButtonElement {
  const element = make('button', `button ${part}`);
  element.className = kind;
  element.type = 'button';
  return element;
}

export function makeView(): View {
  const view = {
    stage: make('div', 'stage'),
    place: make('div', 'place'),
    self: video('self'),
    status: make('p', 'status'),
    waiting: make('div', 'waiting'),
    passcode: make('input', 'passcode'),
    join: button('join', 'main'),
    microphone: button('microphone'),
    camera: button('camera'),
    share: button('share'),
    sound: button('sound', 'main'),
    leave: button('leave'),
    end: button('end', 'out'),
  };
  const { passcode, join, microphone, camera, share, sound, leave, end } = view;
  const entry = make('form', 'entry', passcode, join);
  join.type = 'submit';
  passcode.inputMode = 'numeric';
  passcode.autocomplete = 'one-time-code';
  view.self.muted = true;
  view.status.setAttribute('role', 'status');
  const bar = make('div', 'bar', entry, sound, microphone, camera, share, leave, end);
  const below = make('div', 'below', view.status, view.waiting);
  const root = make('div', 'root', view.stage, below, bar, view.self);
  view.stage.append(view.place);
  return { ...view, entry, root };
}

/** Sets what a video shows only where that changes: setting it again makes it flicker. */
export function showIn(element: HTMLVideoElement, stream: MediaStream | null): void {
  if (element.srcObject !== stream) element.srcObject = stream;
}
