import type english from '../en/manage';

export default {} satisfies typeof english;
