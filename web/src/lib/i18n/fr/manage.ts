import english from '../en/manage';

export default { ...english } satisfies typeof english;
