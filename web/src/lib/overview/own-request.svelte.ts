import { asProblem, type ClientRequest, type Problem, type Wish } from '@openvisit/client';
import { api, identity } from '$lib/openvisit.svelte';

/** How many of one's requests are looked through for one that waits. */
const LATEST = 20;

/** The signed-in client's own request, and what becomes of it. */
export class OwnRequest {
  /** The one that waits, or the one that just did; null where nothing was asked for. */
  request = $state.raw<ClientRequest | null>(null);
  /** Why it could not be asked for or withdrawn. */
  problem = $state.raw<Problem | null>(null);
  busy = $state(false);
  /** The same for every try to send the same wish, so that it is heard once. */
  #key = crypto.randomUUID();

  /** Looks what has become of it, or whether one waits from before. */
  async look(): Promise<void> {
    const found = await (this.request ? api.request(this.request.id) : waiting()).catch(() => null);
    // Where the server cannot be asked, what was so is so until it can.
    if (found && (!this.request || found.id === this.request.id)) this.request = found;
  }

  ask(wish: Wish): Promise<void> {
    return this.#busily(async () => {
      this.request = await api.ask(wish, this.#key);
      this.#key = crypto.randomUUID();
    });
  }

  async withdraw(): Promise<void> {
    const { request } = this;
    if (!request) return;
    await this.#busily(async () => {
      this.request = await api.withdrawRequest(request.id);
    });
    // Somebody may have been quicker.
    if (this.problem) await this.look();
  }

  forget(): void {
    this.request = null;
    this.problem = null;
  }

  async #busily(act: () => Promise<void>): Promise<void> {
    this.busy = true;
    try {
      await act();
      this.problem = null;
    } catch (thrown) {
      this.problem = asProblem(thrown);
    }
    this.busy = false;
  }
}

async function waiting(): Promise<ClientRequest | null> {
  const { items } = await api.requests({ limit: LATEST });
  const mine = items.find(
    ({ status, client_id }) => status === 'pending' && client_id === identity.user?.id,
  );
  return mine ?? null;
}
