import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPrometheus } from '@mail/local/find-prometheus';
import { freePort } from '@mail/local/free-port';
import { logTail } from '@mail/local/log-tail';
import type { Context } from '@mail/local/run-command';
import { Trouble } from '@mail/local/trouble';
import { waitUntil } from '@mail/local/wait-until';
import { stringify } from 'yaml';

/** An alert that is pending or firing. */
export interface ActiveAlert {
  readonly alert: string;
  readonly firing: boolean;
}

/** Prometheus itself, with rules of ours, scraping one address. */
export interface Prometheus {
  readonly url: string;
  active(): Promise<ActiveAlert[]>;
  /** The values of an instant query, a series each. */
  ask(query: string): Promise<number[]>;
}

export interface PrometheusOptions {
  readonly rules: string;
  readonly target: URL;
  /** How often it scrapes, and evaluates the rules. */
  readonly intervalMs: number;
  /** For how long a sample counts as current. */
  readonly lookbackMs: number;
}

const READY_WITHIN_MS = 60_000;

export async function startPrometheus(context: Context, { rules, target, intervalMs, lookbackMs }: PrometheusOptions): Promise<Prometheus> {
  const command = findPrometheus('prometheus');
  const folder = join(context.folder, 'prometheus');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'rules.yaml'), rules);
  const config = {
    global: { scrape_interval: `${intervalMs}ms`, scrape_timeout: `${intervalMs}ms`, evaluation_interval: `${intervalMs}ms` },
    rule_files: ['rules.yaml'],
    scrape_configs: [
      { job_name: 'collector', honor_labels: true, metrics_path: target.pathname, static_configs: [{ targets: [target.host] }] },
    ],
  };
  writeFileSync(join(folder, 'prometheus.yaml'), stringify(config));
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}`;
  const logFile = context.logFile('prometheus');
  const server = await context.processes.start({
    name: 'prometheus',
    tier: 'service',
    command,
    args: [
      `--config.file=${join(folder, 'prometheus.yaml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      `--query.lookback-delta=${lookbackMs}ms`,
      '--log.level=warn',
    ],
    env: { PATH: process.env['PATH'] ?? '' },
    cwd: folder,
    logFile,
    stopSignal: 'SIGTERM',
    stopWithinMs: 5000,
  });
  const isReady = async (): Promise<true | undefined> =>
    (await fetch(`${url}/-/ready`).catch(() => null))?.ok === true ? true : undefined;
  const ready = await waitUntil(async () => (server.exit() === undefined ? isReady() : false), { withinMs: READY_WITHIN_MS });
  if (ready !== true) throw new Trouble(`Prometheus is not ready:\n${logTail(logFile)}`, `The whole log is ${logFile}`);
  const get = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${url}/api/v1/${path}`);
    const { data, error } = (await response.json()) as { data?: T; error?: string };
    if (data === undefined) throw new Error(`Prometheus answers ${path} with ${response.status}: ${error ?? 'nothing'}`);
    return data;
  };
  return {
    url,
    async active() {
      const { alerts } = await get<{ alerts: { labels: { alertname: string }; state: string }[] }>('alerts');
      return alerts.map(({ labels, state }) => ({ alert: labels.alertname, firing: state === 'firing' }));
    },
    async ask(query) {
      const { result } = await get<{ result: { value: [number, string] }[] }>(`query?query=${encodeURIComponent(query)}`);
      return result.map(({ value }) => Number(value[1]));
    },
  };
}
