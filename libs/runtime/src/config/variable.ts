import type { AppName } from './app-name.js';
import type { Kind } from './kinds/kind.js';

/** What is said of a variable, on the configuration page and in faults. */
export interface About {
  readonly meaning: string;
  /** Who acts on it; every app accepts it. */
  readonly usedBy: 'all' | readonly AppName[];
  /** Its value is never shown. */
  readonly secret?: true;
}

export type Fallback =
  | { readonly kind: 'required' }
  /** Not set is `null`; `shown` says on the page what follows from that. */
  | { readonly kind: 'none'; readonly shown: string }
  | { readonly kind: 'text'; readonly text: string };

/** One environment variable: how it is read, what holds when it is not set, and what is said of it. */
export interface Variable<Value> extends About {
  readonly value: Kind<Value>;
  readonly fallback: Fallback;
  /** Set but empty is a value; elsewhere it is the same as not set. */
  readonly mayBeEmpty: boolean;
}

export const required = <Value>(value: Kind<Value>, about: About & { readonly mayBeEmpty?: true }): Variable<Value> => ({
  mayBeEmpty: false,
  ...about,
  value,
  fallback: { kind: 'required' },
});

export const optional = <Value>(value: Kind<Value>, about: About & { readonly shown?: string }): Variable<Value | null> => {
  const { shown = 'none', ...rest } = about;
  return { ...rest, value, fallback: { kind: 'none', shown }, mayBeEmpty: false };
};

export const defaulted = <Value>(value: Kind<Value>, text: string, about: About): Variable<Value> => ({
  ...about,
  value,
  fallback: { kind: 'text', text },
  mayBeEmpty: false,
});
