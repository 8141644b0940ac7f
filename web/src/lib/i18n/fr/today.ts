import type english from '../en/today';

export default {} satisfies typeof english;
