import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { APP_NAMES, readConfig } from '@mail/runtime';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { TARGETS } from './targets.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

interface Service {
  readonly image: string;
  readonly build?: { readonly context: string; readonly target: string };
  readonly profiles?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly read_only?: boolean;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
}

const { services, volumes } = parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
  services: Readonly<Record<string, Service>>;
  volumes: Readonly<Record<string, unknown>>;
};
const each = Object.entries(services);

describe('the compose file', () => {
  it('starts the backing services alone where no profile is named', () => {
    expect(each.filter(([, { profiles }]) => profiles === undefined).map(([name]) => name)).toEqual(['postgres', 'redis', 'mailpit']);
  });

  it('names a version of every image that is not built here', () => {
    const fetched = each.filter(([, { build }]) => build === undefined).map(([, { image }]) => image);
    expect(fetched.filter((image) => !/:v?\d+\.\d+(\.\d+)?(-\w+)?$/.test(image))).toEqual([]);
  });

  it('opens ports on loopback only', () => {
    expect(each.flatMap(([, { ports = [] }]) => ports).filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  it('mounts what is there', () => {
    const mounted = each.flatMap(([, { volumes: own = [] }]) => own.map((volume) => volume.split(':')[0] ?? ''));
    const missing = mounted.filter((from) =>
      from.startsWith('./') ? !from.startsWith('./helm/') && !existsSync(join(ROOT, from)) : !(from in volumes),
    );
    expect(missing).toEqual([]);
  });

  it('waits for what each needs, and for the schema', () => {
    for (const app of APP_NAMES)
      expect(services[app]?.depends_on).toMatchObject({ migrate: { condition: 'service_completed_successfully' } });
    for (const [, { depends_on: needs = {} }] of each) for (const name of Object.keys(needs)) expect(services).toHaveProperty(name);
  });

  it.each(Object.keys(TARGETS))('builds and starts %s as its image is meant', (target) => {
    expect(services[target]).toMatchObject({ build: { context: '.', target }, read_only: true, profiles: ['all'] });
  });

  it.each(APP_NAMES)('gives %s an environment that it starts with', (app) => {
    expect(readConfig(services[app]?.environment ?? {}, app)).toMatchObject({ ok: true });
    const unknown = readConfig(services[app]?.environment ?? {}, app).warnings.filter((warning) => warning.includes('is not a variable'));
    expect(unknown).toEqual([]);
    if (app !== 'intake-api') expect(services[app]?.healthcheck?.test).toEqual(['CMD', 'node', `apps/${app}/dist/alive.js`]);
  });
});

it('every telemetry file of compose is YAML', () => {
  for (const file of ['collector.yaml', 'prometheus.yaml', 'grafana/datasources/datasources.yaml', 'grafana/dashboards/dashboards.yaml']) {
    expect(parse(readFileSync(join(ROOT, 'compose', file), 'utf8'))).toBeTypeOf('object');
  }
});
