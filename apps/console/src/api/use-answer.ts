import { keepPreviousData, QueryClient, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useLive } from '../live.js';
import { ask } from './ask.js';

export const queryClient = new QueryClient({
  defaultOptions: {
    // No retry in the background: a failure is shown at once, and what is live asks again by itself.
    queries: { retry: false, staleTime: 2000, refetchOnWindowFocus: true, networkMode: 'always' },
    mutations: { retry: false, networkMode: 'always' },
  },
});

/** What the API answers at `path`, asked again every so often while the console is live; `null`: it is not asked. */
export function useAnswer<Answer>(path: string | null, { everyMs }: { readonly everyMs?: number } = {}): UseQueryResult<Answer> {
  const { isPaused } = useLive();
  return useQuery({
    queryKey: ['answer', path],
    queryFn: ({ signal }) => ask<Answer>(path ?? '', { signal }),
    enabled: path !== null,
    refetchInterval: isPaused || everyMs === undefined ? false : everyMs,
    // The page before stays until the next is there: nothing jumps.
    placeholderData: keepPreviousData,
  });
}

/** After a change, whatever is shown is asked anew. */
export async function askAgain(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: ['answer'] });
}

/** `path?name=value…`; what is empty is left out, lists are repeated. */
export function pathOf(path: string, parameters: Readonly<Record<string, string | readonly string[] | null | undefined>> = {}): string {
  const query = new URLSearchParams();
  for (const [name, given] of Object.entries(parameters)) {
    for (const value of Array.isArray(given) ? (given as readonly string[]) : [given as string | null | undefined]) {
      if (value !== null && value !== undefined && value !== '') query.append(name, value);
    }
  }
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}
