import { OpenVisitCall } from './call-element.ts';

export { OpenVisitCall };

declare global {
  interface HTMLElementTagNameMap {
    'openvisit-call': OpenVisitCall;
  }
}

if (!customElements.get('openvisit-call')) customElements.define('openvisit-call', OpenVisitCall);
