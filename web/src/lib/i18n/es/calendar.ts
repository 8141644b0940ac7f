import type english from '../en/calendar';

export default {} satisfies typeof english;
