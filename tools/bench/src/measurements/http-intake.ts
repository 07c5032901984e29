import { startContender } from '../contenders/contender.ts';
import type { ContenderOptions } from '../contenders/contender.ts';
import type { Load } from '../programs/http-load.ts';
import type { BenchWorld } from '../world/bench-world.ts';
import { startProgram } from '../world/start-program.ts';

export const CONNECTIONS = [32, 128] as const;

const WARM_UP_SECONDS = 1;

/** Requests a second by number of connections, with a short load before. */
async function loaded({ context, servers, surroundings }: BenchWorld, seconds: number): Promise<Map<number, number>> {
  const load = await startProgram(context, 'http-load', [surroundings.peerFolder]);
  const rates = new Map<number, number>();
  const ask = async (connections: number, forSeconds: number): Promise<number> => {
    const run = `${Date.now().toString(36)}-${connections}`;
    const body: Load = { url: surroundings.api, connections, seconds: forSeconds, run };
    return (await load.ask<{ perSecond: number }>('load', body)).perSecond;
  };
  try {
    await ask(CONNECTIONS[0], WARM_UP_SECONDS);
    for (const connections of CONNECTIONS) {
      await servers.query('checkpoint');
      rates.set(connections, await ask(connections, seconds));
    }
  } finally {
    await load.process.stop();
  }
  return rates;
}

/** What our intake accepts, alone. */
export async function httpIntake(world: BenchWorld, seconds: number, options: ContenderOptions = {}): Promise<Map<number, number>> {
  const contender = await startContender(world, 'ours', { ...options, door: 'http', apps: ['intake-api'] });
  try {
    return await loaded(world, seconds);
  } finally {
    await contender.stop();
  }
}

/** What the same stack accepts with one transaction a request. */
export async function oneTransactionIntake(world: BenchWorld, seconds: number): Promise<Map<number, number>> {
  const { context, servers, surroundings } = world;
  const database = 'bench_one_transaction';
  const dsn = await servers.makeDatabase(database, 'ours');
  const intake = await startProgram(context, 'one-transaction-intake', [dsn, new URL(surroundings.api).port]);
  try {
    return await loaded(world, seconds);
  } finally {
    await intake.process.stop();
    await servers.dropDatabase(database);
  }
}
