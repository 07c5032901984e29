import { startOtlpCollector } from '@mail/testing/otlp-collector';
import { makeWorld, type World } from '@mail/faults/world/make-world';
import { apps } from '@mail/local/app-environment';
import type { Context } from '@mail/local/run-command';
import { scaleRules } from './scale-rules.ts';
import { standInCluster, type StandInCluster } from './world/stand-in-cluster.ts';
import { startPrometheus, type Prometheus } from './world/start-prometheus.ts';

/** The whole system with who watches it: a collector, Prometheus, and what stands in for Kubernetes. */
export interface Theatre {
  readonly world: World;
  readonly cluster: StandInCluster;
  readonly prometheus: Prometheus;
  /** Whether all five send, and nothing fires or is about to. */
  isWell(): Promise<boolean>;
}

/** How often metrics are sent, scraped and judged. The shortest range of a rule is 2 min, 2 s here. */
const INTERVAL_MS = 500;
/** A collector forgets a series after 5 min, and Prometheus takes a sample for current as long. */
const REMEMBERED_MS = 300_000;

/** All apps, beside what makes faults quick. Retries go on for longer than any drill, unless it is about their end. */
const SETTINGS = {
  MAIL_RETRY_SCHEDULE: [...Array.from({ length: 14 }, () => '1s'), ...Array.from({ length: 36 }, () => '5s')].join(','),
  MAIL_CLEANUP_INTERVAL: '1s',
  OTEL_METRICS_EXPORTER: 'otlp',
  OTEL_METRIC_EXPORT_INTERVAL: String(INTERVAL_MS),
  OTEL_METRIC_EXPORT_TIMEOUT: String(INTERVAL_MS - 50),
};

/** @param factor how many times faster than in production the time of the alerts goes; the service's own does not */
export async function makeTheatre(context: Context, rules: string, factor: number): Promise<Theatre> {
  const rememberedMs = REMEMBERED_MS / factor;
  const collector = await startOtlpCollector({ expireAfterMs: rememberedMs, keep: false });
  context.atEnd(() => collector.close());
  const settings = { ...SETTINGS, OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoints['http/protobuf'] };
  const world = await makeWorld(context, { settings });
  const cluster = await standInCluster(world);
  context.atEnd(() => cluster.close());
  const prometheus = await context.progress.step('Prometheus', () =>
    startPrometheus(context, {
      rules: scaleRules(rules, factor),
      target: new URL(collector.metricsUrl),
      intervalMs: INTERVAL_MS,
      lookbackMs: rememberedMs,
    }),
  );
  return {
    world,
    cluster,
    prometheus,
    async isWell() {
      const [sending = 0] = await prometheus.ask('count(count by (mail_app) (mail_postgres_pool_waiting))');
      return sending === apps.length && (await prometheus.active()).length === 0;
    },
  };
}
