import { load as bring } from '$lib/i18n';

export const load = () => bring('today', 'client', 'visits', 'record');
