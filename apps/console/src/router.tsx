import { useMemo, useSyncExternalStore, type ComponentProps, type MouseEvent } from 'react';

const BASE = '/console/';
const MOVED = 'console:moved';

export interface Place {
  /** Below `/console/`, decoded: `['deliveries', '019a…']`. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

function subscribe(onMove: () => void): () => void {
  window.addEventListener('popstate', onMove);
  window.addEventListener(MOVED, onMove);
  return () => {
    window.removeEventListener('popstate', onMove);
    window.removeEventListener(MOVED, onMove);
  };
}

const whole = (): string => location.pathname + location.search;

/** Where in the console we are: the address is the state of a page. */
export function usePlace(): Place {
  const at = useSyncExternalStore(subscribe, whole);
  return useMemo(() => {
    const { pathname, search } = new URL(at, location.origin);
    const segments = pathname.slice(BASE.length).split('/').filter(Boolean).map(decoded);
    return { segments, query: new URLSearchParams(search) };
  }, [at]);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Goes to an address below `/console/`, such as `deliveries?status=failed`. */
export function goTo(to: string, { replace = false } = {}): void {
  if (BASE + to === whole()) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', BASE + to);
  window.dispatchEvent(new Event(MOVED));
}

type LinkProps = Omit<ComponentProps<'a'>, 'href'> & { readonly to: string };

/** A link within the console. With a modifier key it is the browser's, as everywhere. */
export function Link({ to, onClick, ...rest }: LinkProps) {
  const follow = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event);
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (event.defaultPrevented || !isPlain) return;
    event.preventDefault();
    goTo(to);
  };
  return <a {...rest} href={BASE + to} onClick={follow} />;
}
