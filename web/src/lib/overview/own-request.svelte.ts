import { itemsOf, type ClientRequest, type Wish } from '@openvisit/client';
import { api, identity } from '$lib/openvisit.svelte';
import { Resource } from '$lib/ui/resource.svelte';

const PAGE = 100;

/**
 * The signed-in client's own request: the one that waits, or the one that just did; null where nothing was asked for. Its problem
 * is why it could not be asked for or withdrawn.
 */
export class OwnRequest extends Resource<ClientRequest | null> {
  /** The same for every try to send the same wish, so that it is heard once. */
  #key = crypto.randomUUID();

  constructor() {
    super(waiting);
  }

  /** Looks what has become of it, or whether one waits from before. */
  async look(): Promise<void> {
    const found = await (this.value ? api.request(this.value.id) : waiting()).catch(() => null);
    // Where the server cannot be asked, what was so is so until it can.
    if (found && (!this.value || found.id === this.value.id)) this.value = found;
  }

  ask(wish: Wish): Promise<void> {
    return this.refresh(async () => {
      const request = await api.ask(wish, this.#key);
      this.#key = crypto.randomUUID();
      return request;
    });
  }

  async withdraw(): Promise<void> {
    const request = this.value;
    if (!request) return;
    await this.refresh(() => api.withdrawRequest(request.id));
    // Somebody may have been quicker.
    if (this.problem) await this.look();
  }
}

async function waiting(): Promise<ClientRequest | null> {
  const mine = ({ status, client_id }: ClientRequest) =>
    status === 'pending' && client_id === identity.user?.id;
  for await (const request of itemsOf((cursor) => api.requests({ cursor, limit: PAGE })))
    if (mine(request)) return request;
  return null;
}
