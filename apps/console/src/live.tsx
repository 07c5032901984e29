import { createContext, useContext, useMemo, useState, type ReactNode } from 'react';

interface Live {
  readonly isPaused: boolean;
  readonly setPaused: (paused: boolean) => void;
}

const LiveContext = createContext<Live>({ isPaused: false, setPaused: () => {} });

/** Whether pages ask again by themselves. */
export const useLive = (): Live => useContext(LiveContext);

export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const [isPaused, setPaused] = useState(false);
  const live = useMemo(() => ({ isPaused, setPaused }), [isPaused]);
  return <LiveContext value={live}>{children}</LiveContext>;
}
