import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { findUnaccounted } from '@mail/persistence';
import { blocksOf, readRunbook, type RunbookBlock } from '@mail/chart/runbook';
import { untilQuiescent } from '@mail/faults/verify/quiescence';
import type { Drill } from './drill.ts';
import { makeScene } from './make-scene.ts';
import { runBlock } from './run-block.ts';
import type { Theatre } from './theatre.ts';
import { openOnCallShell, type OnCallShell } from './world/on-call-shell.ts';

export interface DrillResult {
  readonly drill: Drill;
  readonly blocks: number;
  readonly firedAfterMs: number | null;
  /** From the last block of the runbook until nothing was firing. */
  readonly endedAfterMs: number | null;
  readonly tookMs: number;
  readonly faults: readonly string[];
}

export interface RunDrillOptions {
  /** Where the runbooks lie. */
  readonly runbooks: string;
  readonly factor: number;
  /** Nothing that should mend does anything. */
  readonly spoil: boolean;
  readonly tell: (what: string) => void;
}

const WELL_WITHIN_MS = 90_000;
const FIRES_WITHIN_MS = 90_000;
const ENDS_WITHIN_MS = 45_000;
const AT_REST_WITHIN_MS = 60_000;

/** Ends well, writes something, and mends nothing. */
const withoutEffect = (block: RunbookBlock): RunbookBlock =>
  block.section === 'Diagnosis' ? block : { ...block, language: 'sh', text: 'echo done' };

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Has the fault done, the alert fire, its runbook followed block by block, and everything well again; then makes the system whole for the next. */
export async function runDrill(theatre: Theatre, drill: Drill, { runbooks, factor, spoil, tell }: RunDrillOptions): Promise<DrillResult> {
  const { world, prometheus, cluster, isWell } = theatre;
  const beganMs = performance.now();
  const since = (ms: number): number => performance.now() - ms;
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  const { scene, checks } = makeScene(theatre, `${drill.alert}-${Math.round(beganMs).toString(36)}`);
  const { until } = scene;
  const folder = join(world.context.folder, 'on-call');
  mkdirSync(folder, { recursive: true });
  const firing = async (): Promise<string[]> => [...new Set((await prometheus.active()).flatMap((one) => (one.firing ? [one.alert] : [])))];
  const faults: string[] = [];
  let shell: OnCallShell | null = null;
  let firedAfterMs: number | null = null;
  let endedAfterMs: number | null = null;
  let count = 0;

  const follow = async (blocks: readonly RunbookBlock[], open: OnCallShell): Promise<string> => {
    let output = '';
    for (const block of blocks) {
      const startedMs = performance.now();
      output += await runBlock(block, open, world);
      count += 1;
      tell(`${block.section}, line ${block.line}: ${block.text.split('\n')[0]?.slice(0, 70)} (${seconds(since(startedMs))})`);
    }
    return output;
  };
  const fires = async (): Promise<void> => {
    const startedMs = performance.now();
    await until(
      'it fires',
      async () => {
        const now = await firing();
        const unexpected = now.filter((alert) => alert !== drill.alert && drill.also?.[alert] === undefined);
        if (unexpected.length > 0) throw new Error(`${unexpected.join(', ')} fired, of which this fault is no cause`);
        return now.includes(drill.alert);
      },
      FIRES_WITHIN_MS,
    );
    firedAfterMs = since(startedMs);
    tell(`fires after ${seconds(firedAfterMs)}`);
  };
  const recovered = async (): Promise<void> => {
    const startedMs = performance.now();
    await until('it ends', async () => !(await firing()).includes(drill.alert), drill.endsWithinMs ?? ENDS_WITHIN_MS);
    endedAfterMs = since(startedMs);
    tell(`ends after ${seconds(endedAfterMs)}`);
    await scene.quiet();
    await untilQuiescent(world, AT_REST_WITHIN_MS);
    await drill.afterwards?.(scene);
    await scene.send(2);
    await scene.allReceived();
    const { breaches } = await findUnaccounted(world.runner, { full: false });
    if (breaches.length > 0) throw new Error(`${breaches[0]?.detail} afterwards`);
    await until('mail.unaccounted is 0', async () => Math.max(...(await prometheus.ask('mail_unaccounted'))) === 0);
    await until('nothing else fires or is about to', isWell, WELL_WITHIN_MS);
  };

  try {
    const page = blocksOf(readRunbook(drill.alert, runbooks));
    const blocks = spoil ? page.map(withoutEffect) : page;
    await until('all is well before', isWell, WELL_WITHIN_MS);
    tell(`fault: ${drill.fault}`);
    await drill.cause(scene);
    await fires();
    shell = openOnCallShell(folder, {
      KUBECTL_STAND_IN: cluster.url,
      MAILCTL_URL: world.api,
      MAILCTL_OPERATOR: 'on-call',
      MAIL_SPARE_RELAY: `127.0.0.1:${world.sink.port}`,
    });
    const shown = await follow(
      blocks.filter(({ section }) => section === 'Diagnosis'),
      shell,
    );
    for (const pattern of drill.shows) if (!pattern.test(shown)) throw new Error(`the diagnosis does not show ${pattern}:\n${shown}`);
    await drill.others?.(scene);
    await follow(
      blocks.filter(({ section }) => section !== 'Diagnosis'),
      shell,
    );
    await recovered();
  } catch (error) {
    faults.push(`${reason(error)} (firing: ${(await firing().catch(() => ['unknown'])).join(', ') || 'nothing'}; factor ${factor})`);
  } finally {
    shell?.close();
    world.heal();
    // A process that comes up too slowly is tried again: the next drill needs it, too.
    await cluster.reset().catch(() => cluster.reset());
    await scene.quiet();
    await scene.release();
  }
  return { drill, blocks: count, firedAfterMs, endedAfterMs, tookMs: since(beganMs), faults: [...faults, ...checks] };
}
