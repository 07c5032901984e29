import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { App } from '@mail/local/app-environment';
import type { World } from '@mail/faults/world/make-world';
import { kubectlOrder, type KubectlOrder } from './kubectl-order.ts';

/** The five deployments as Kubernetes would keep them, of local processes. Without its probes: what hangs stays so. */
export interface StandInCluster {
  /** Takes the arguments of a command line of kubectl, as JSON. */
  readonly url: string;
  /** Gives an app settings of its own, and restarts it. */
  configure(app: App, env: Readonly<Record<string, string>>): Promise<void>;
  /** One process of each, with the settings of all. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** From SIGTERM to SIGKILL. A pod has 35 s, in which it may finish what it is sending: 3 s here. */
const GRACE_MS = 5000;
const FEW = { replicas: 1, env: {} } as const;

interface Deployment {
  readonly replicas: number;
  readonly env: Readonly<Record<string, string>>;
}

export async function standInCluster(world: World): Promise<StandInCluster> {
  const { apps, context } = world;
  const deployments = new Map<App, Deployment>();
  /** Roll-outs of one app go one after the other; kubectl does not wait for them. */
  const rollOuts = new Map<App, Promise<void>>();
  const of = (app: App): Deployment => deployments.get(app) ?? FEW;
  const pods = (app: App) => [...apps.running.values()].filter((one) => one.app === app);

  const end = async (one: ReturnType<typeof pods>[number]): Promise<void> => {
    one.signal('SIGTERM');
    await Promise.race([one.exited, pause(GRACE_MS, undefined, { ref: false })]);
    one.signal('SIGKILL');
    await one.exited;
  };
  /** As many as there should be, all of them new with `renew`. */
  const roll = async (app: App, renew: boolean): Promise<void> => {
    const { replicas, env } = of(app);
    const names = Array.from({ length: replicas }, (_, index) => (index === 0 ? app : `${app}-${index + 1}`));
    await Promise.all(
      pods(app)
        .filter(({ name }) => renew || !names.includes(name))
        .map(end),
    );
    await Promise.all(names.filter((name) => !apps.running.has(name)).map((name) => apps.start(app, { name, env })));
  };
  const rollOut = (app: App, change: Partial<Deployment>, renew: boolean): Promise<void> => {
    deployments.set(app, { ...of(app), ...change });
    const rolling = (rollOuts.get(app) ?? Promise.resolve()).then(() => roll(app, renew));
    rolling.catch(() => undefined);
    rollOuts.set(app, rolling);
    return rolling;
  };
  const logOf = (name: string): string[] => {
    const file = context.logFile(name);
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  };
  const obey = async (order: KubectlOrder): Promise<string> => {
    const { app } = order;
    switch (order.kind) {
      case 'get pods':
        return [
          'NAME                             READY   STATUS',
          ...pods(app).map(({ name }) => `mail-${name.padEnd(27)} 1/1     Running`),
          '',
        ].join('\n');
      case 'logs':
        return pods(app)
          .flatMap(({ name }) => (order.tail < 0 ? logOf(name) : logOf(name).slice(-order.tail)))
          .map((line) => `${line}\n`)
          .join('');
      case 'restart':
        void rollOut(app, {}, true).catch(() => undefined);
        return `deployment.apps/mail-${app} restarted\n`;
      case 'scale':
        void rollOut(app, { replicas: order.replicas }, false).catch(() => undefined);
        return `deployment.apps/mail-${app} scaled\n`;
      case 'set env':
        void rollOut(app, { env: { ...of(app).env, ...order.env } }, true).catch(() => undefined);
        return `deployment.apps/mail-${app} env updated\n`;
      case 'status': {
        const done = (rollOuts.get(app) ?? Promise.resolve()).then(() => true);
        if (await Promise.race([done, pause(order.timeoutMs, false, { ref: false })]))
          return `deployment "mail-${app}" successfully rolled out\n`;
        throw new Error('timed out waiting for the condition');
      }
    }
  };
  const server = createServer((request, response) => {
    void (async () => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      const answer = await Promise.resolve()
        .then(() => obey(kubectlOrder(JSON.parse(body) as string[])))
        .then((stdout) => ({ code: 0, stdout, stderr: '' }))
        .catch((error: unknown) => ({ code: 1, stdout: '', stderr: `error: ${error instanceof Error ? error.message : String(error)}\n` }));
      response.end(JSON.stringify(answer));
    })();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    configure: (app, env) => rollOut(app, { env: { ...of(app).env, ...env } }, true),
    async reset() {
      await Promise.allSettled(rollOuts.values());
      deployments.clear();
      for (const one of apps.running.values()) one.signal('SIGCONT');
      await apps.makeWhole(new Set());
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
