/** Acts at once, then at most once in every pause; what is wished for in a pause is done at its end. */
export function paced(act: () => void, pause: number): () => void {
  let resting = false;
  let wished = false;
  return function wish() {
    wished = true;
    if (resting) return;
    wished = false;
    resting = true;
    act();
    setTimeout(() => {
      resting = false;
      if (wished) wish();
    }, pause);
  };
}
