/** The look. Colours are variables of the page (`--openvisit-…`), and everything has a part for more than that. */
export const STYLE = `
:host {
  display: block;
  min-height: 20rem;
  color: var(--openvisit-text, #fff);
  background: var(--openvisit-background, #1c1f24);
  font: var(--openvisit-font, 1rem/1.4 system-ui, sans-serif);
}
:host([hidden]), [hidden] { display: none !important; }
.root { position: relative; display: grid; grid-template-rows: 1fr auto auto; height: 100%; min-height: inherit; }
.stage { display: grid; gap: 0.25rem; grid-auto-flow: column; grid-auto-columns: 1fr; min-height: 0; }
.place { min-height: 0; }
.place:empty { display: none; }
video { width: 100%; height: 100%; min-height: 0; object-fit: contain; background: #000; }
.stage, .self { grid-area: 1 / 1; }
.self { transform: scaleX(-1); object-fit: cover; }
.aside { position: absolute; inset-block-start: 0.75rem; inset-inline-end: 0.75rem; width: min(25%, 12rem); height: auto; aspect-ratio: 4 / 3; }
.bar { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; justify-content: center; padding: 0.5rem; }
.status { margin: 0.5rem 0 0; text-align: center; padding-inline: 0.5rem; min-height: 1.4em; }
.waiting { display: grid; gap: 0.5rem; justify-items: center; padding-block-start: 0.5rem; }
.waiter { display: flex; gap: 0.75rem; align-items: center; }
button, input { min-height: 44px; padding: 0 1rem; font: inherit; color: inherit; border: 1px solid currentColor; border-radius: 0.5rem; background: transparent; }
button { cursor: pointer; }
button:focus-visible, input:focus-visible { outline: 3px solid var(--openvisit-focus, #8ab4ff); outline-offset: 2px; }
button[aria-pressed='false'] { text-decoration: line-through; }
.main { color: #fff; background: var(--openvisit-accent, #1a5fb4); border-color: transparent; }
.out { color: #fff; background: var(--openvisit-end, #b3261e); border-color: transparent; }
`;
