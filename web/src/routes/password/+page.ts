import { load as bring } from '$lib/i18n';

export const load = () => bring('client', 'visitor');
