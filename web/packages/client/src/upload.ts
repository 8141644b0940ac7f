import { Problem } from './problem.ts';

export interface Answered {
  status: number;
  body: unknown;
}

/** Posts a file and tells how much of it has gone, from 0 to 1; `fetch` does not tell. Rejects with a {@link Problem}. */
export function upload(
  url: URL,
  headers: Record<string, string>,
  file: Blob,
  progress: (part: number) => void,
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => progress(total > 0 ? loaded / total : 0);
    request.onload = () => resolve({ status: request.status, body: request.response });
    request.onerror = () => reject(Problem.unreachable(new Error('the file did not get through')));
    request.send(file);
  });
}
