import { Management } from '@openvisit/client';
import { api } from '$lib/openvisit.svelte';

export const management = new Management(api);
