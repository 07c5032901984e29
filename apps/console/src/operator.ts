import { useSyncExternalStore } from 'react';

const KEPT_AS = 'console.operator';
const CHANGED = 'console:operator';
/** What the API takes as `X-Operator`, of any script; of anything else it would write `unknown`. */
const VISIBLE = '(?![\\p{Default_Ignorable_Code_Point}\\u2800\\ufffc\\ufffd])[\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}]';
export const OPERATOR_PATTERN = `${VISIBLE}((${VISIBLE}| ){0,126}${VISIBLE})?`;

// A browser may refuse storage; then the name lasts as long as the page.
let operator = '';
try {
  operator = localStorage.getItem(KEPT_AS) ?? '';
} catch {
  operator = '';
}

export function setOperator(name: string): void {
  operator = name;
  try {
    localStorage.setItem(KEPT_AS, name);
  } catch {
    // As above.
  }
  window.dispatchEvent(new Event(CHANGED));
}

function subscribe(onChange: () => void): () => void {
  window.addEventListener(CHANGED, onChange);
  return () => window.removeEventListener(CHANGED, onChange);
}

/** Who uses this browser, as the audit trail will have it; empty until told. */
export function useOperator(): string {
  return useSyncExternalStore(subscribe, () => operator);
}
