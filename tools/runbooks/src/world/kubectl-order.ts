import { apps } from '@mail/local/app-environment';
import type { App } from '@mail/local/app-environment';

/** What a command line of kubectl asks for. */
export type KubectlOrder =
  | { readonly kind: 'get pods'; readonly app: App }
  | { readonly kind: 'logs'; readonly app: App; readonly tail: number }
  | { readonly kind: 'restart'; readonly app: App }
  | { readonly kind: 'status'; readonly app: App; readonly timeoutMs: number }
  | { readonly kind: 'scale'; readonly app: App; readonly replicas: number }
  | { readonly kind: 'set env'; readonly app: App; readonly env: Readonly<Record<string, string>> };

/** Of a selector with -l, kubectl shows ten lines a pod. */
const SELECTED_TAIL = '10';

/** The command lines that runbooks may use, as the chart names things in a release called `mail`. Throws for any other. */
export function kubectlOrder(args: readonly string[]): KubectlOrder {
  const line = args.join(' ');
  const known = (name: string | undefined): App => {
    const app = apps.find((each) => each === name);
    if (app === undefined) throw new Error(`there is no component "${name}"`);
    return app;
  };
  const match = (pattern: RegExp): RegExpExecArray | null => pattern.exec(line);
  const selector = String.raw`-l app\.kubernetes\.io/component=(\S+)`;
  const deployment = String.raw`deployment/mail-(\S+)`;
  let found = match(new RegExp(`^get pods ${selector}$`));
  if (found) return { kind: 'get pods', app: known(found[1]) };
  found = match(new RegExp(String.raw`^logs ${selector}(?: --tail=(-?\d+))?$`));
  if (found) return { kind: 'logs', app: known(found[1]), tail: Number(found[2] ?? SELECTED_TAIL) };
  found = match(new RegExp(`^rollout restart ${deployment}$`));
  if (found) return { kind: 'restart', app: known(found[1]) };
  found = match(new RegExp(String.raw`^rollout status ${deployment} --timeout=(\d+)s$`));
  if (found) return { kind: 'status', app: known(found[1]), timeoutMs: Number(found[2]) * 1000 };
  found = match(new RegExp(String.raw`^scale ${deployment} --replicas=(\d+)$`));
  if (found) return { kind: 'scale', app: known(found[1]), replicas: Number(found[2]) };
  found = match(new RegExp(`^set env ${deployment} (.+)$`));
  const pairs = found?.[2]?.split(' ').map((pair) => /^([A-Z][A-Z0-9_]*)=(.+)$/.exec(pair));
  if (found && pairs?.every((pair) => pair !== null))
    return { kind: 'set env', app: known(found[1]), env: Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value])) };
  throw new Error(`nothing stands in for "kubectl ${line}"`);
}
