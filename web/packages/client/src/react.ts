import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import {
  NO_VISIT,
  openVisit,
  type OpenVisitOptions,
  type Visit,
  type VisitState,
} from './visit.ts';

export interface UsedVisit {
  /** What there is to show. */
  state: VisitState;
  /** What can be done; null until the component has been drawn once. */
  visit: Visit | null;
}

type ElementProps = DetailedHTMLProps<HTMLAttributes<HTMLElement>, HTMLElement>;

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      /** `import '@openvisit/client/element'` makes it. */
      'openvisit-call': ElementProps & {
        server?: string;
        session?: string;
        token?: OpenVisitOptions['token'];
      };
    }
  }
}

/**
 * A session, open as long as the component is there and server and session are the same; with null, none. A newer token, or function that
 * gives one, is taken when it is next needed.
 */
export function useOpenVisit(options: OpenVisitOptions | null): UsedVisit {
  const latest = useRef(options);
  const [visit, setVisit] = useState<Visit | null>(null);
  useEffect(() => {
    latest.current = options;
  });
  const [server, session] = [options && String(options.server), options?.session];
  useEffect(() => {
    if (!server || !session) return;
    let opened: Visit | null = null;
    const open = () => {
      const { preview } = latest.current ?? {};
      opened = openVisit({ server, session, preview, token: () => tokenOf(latest.current) });
      setVisit(opened);
    };
    // Strict mode draws everything twice: what goes at once is never opened.
    const timer = setTimeout(open);
    return () => {
      clearTimeout(timer);
      opened?.close();
      setVisit(null);
    };
  }, [server, session]);
  const state = useSyncExternalStore(
    visit?.subscribe ?? nothing,
    () => visit?.state ?? NO_VISIT,
    () => NO_VISIT,
  );
  return { state, visit };
}

function tokenOf(options: OpenVisitOptions | null): string | Promise<string> {
  const { token = '' } = options ?? {};
  return typeof token === 'string' ? token : token();
}

function nothing(): () => void {
  return () => undefined;
}
