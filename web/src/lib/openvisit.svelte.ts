import {
  Api,
  asProblem,
  Identity,
  Realtime,
  type Config,
  type RealtimeHandlers,
  type User,
} from '@openvisit/client';
import { drafts } from '$lib/drafts';
import { memory } from '$lib/memory';

/** Who this tab is, drawn anew where that changes: a name, a role. */
class ShownIdentity extends Identity {
  #user = $state.raw<User | null>(super.user);

  override get user(): User | null {
    return this.#user;
  }

  override take(token: string, user: User | null, invited = false): void {
    super.take(token, user, invited);
    this.#show(user);
  }

  override forget(): void {
    super.forget();
    drafts.forget();
    this.#show(null);
  }

  /** A token that was merely renewed changes nothing that is shown. */
  #show(user: User | null): void {
    if (JSON.stringify(user) !== JSON.stringify(this.#user)) this.#user = user;
  }
}

export const identity = new ShownIdentity(memory);
export const api = new Api(identity);

export function realtime(handlers: RealtimeHandlers): Realtime {
  return new Realtime(api, handlers);
}

/** How the operator makes it look, and whom to call. */
interface Branding {
  /** `#rrggbb` */
  accent: string | null;
  /** The path of a picture. */
  logo: string | null;
  support: string | null;
  support_phone: string | null;
  /** The language for readers none of whose languages is spoken. */
  locale: string | null;
}

/** What the server calls itself and the two parties, and who carries calls; plain words until it has told. */
export const config = $state<Config & Branding>({
  name: 'OpenVisit',
  version: '',
  wording: { practitioner: 'practitioner', client: 'client', preset: 'practitioner/client' },
  demo: null,
  local_login: true,
  password_reset: false,
  chat: { files: false, largest_file: 0 },
  media: { providers: ['embedded'], default: 'embedded' },
  accent: null,
  logo: null,
  support: null,
  support_phone: null,
  locale: null,
  return_origins: [],
});

let loading: Promise<void> | null = null;

/** Asks the server once; rejects with a Problem when it cannot be reached, and may be called again. */
export function loadConfig(): Promise<void> {
  loading ??= api.config().then(
    (loaded) => void Object.assign(config, loaded),
    (thrown) => {
      loading = null;
      throw asProblem(thrown);
    },
  );
  return loading;
}

let asked: Promise<boolean> | null = null;

/** Whether somebody is signed in, perhaps still from another tab: the server is asked once, whoever wants to know. */
export async function signedIn(): Promise<boolean> {
  if (identity.token === null) await (asked ??= api.refresh());
  return identity.token !== null;
}
