import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@mail/local/free-port';
import { projectRoot } from '@mail/local/project-root';
import type { Context } from '@mail/local/run-command';
import type { Surroundings } from '../peers/peer.ts';
import type { SinkTally } from './lean-sink.ts';
import type { Servers } from './servers.ts';
import { startProgram } from './start-program.ts';
import type { Program } from './start-program.ts';

/** The SMTP server's process. */
export interface Sink {
  readonly program: Program;
  reset(): Promise<void>;
  tally(): Promise<SinkTally>;
  /** Resolves once so many mails have come; rejects where they do not come in time. */
  await(mails: number, withinMs: number): Promise<SinkTally>;
  /** When each probe came, by number; once there are so many, or the time is over. */
  probes(count: number, withinMs: number): Promise<Record<string, number>>;
}

export interface BenchWorld {
  readonly context: Context;
  readonly servers: Servers;
  readonly sink: Sink;
  /** The service's templates with that of the bench. */
  readonly templates: string;
  /** What a contender's programs are told, but for what differs from run to run. */
  readonly surroundings: Omit<Surroundings, 'postgresDsn' | 'tunedFor' | 'stream' | 'run'>;
}

async function startSink(context: Context): Promise<{ sink: Sink; port: number }> {
  const program = await startProgram(context, 'sink');
  const port = await program.ask<number>('port');
  return {
    port,
    sink: {
      program,
      reset: () => program.ask('reset'),
      tally: () => program.ask('tally'),
      async await(mails, withinMs) {
        const tally = await program.ask<SinkTally>('await', { mails, withinMs });
        if (tally.mails < mails) throw new Error(`Only ${tally.mails} of ${mails} mails have come within ${withinMs / 1000} s.`);
        return tally;
      },
      probes: (count, withinMs) => program.ask('probes', { count, withinMs }),
    },
  };
}

function makeCatalog({ folder }: Context): string {
  const catalog = join(folder, 'templates');
  rmSync(catalog, { recursive: true, force: true });
  cpSync(join(projectRoot, 'templates'), catalog, { recursive: true });
  cpSync(join(projectRoot, 'tools', 'bench', 'templates'), catalog, { recursive: true });
  return catalog;
}

export async function makeBenchWorld(context: Context, servers: Servers, peerFolder: string): Promise<BenchWorld> {
  const { sink, port } = await startSink(context);
  return {
    context,
    servers,
    sink,
    templates: makeCatalog(context),
    surroundings: {
      peerFolder,
      redisPort: servers.redis.port,
      redisPassword: servers.redis.password,
      smtpPort: port,
      api: `http://127.0.0.1:${await freePort()}`,
    },
  };
}
