import type english from '../en/call';

export default {} satisfies typeof english;
