import { Management } from '@openvisit/client';
import { api } from './openvisit.svelte';

export const management = new Management(api);
