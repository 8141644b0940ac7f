import type english from '../en/client';

export default {} satisfies typeof english;
