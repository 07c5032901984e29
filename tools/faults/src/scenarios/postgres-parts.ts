import type { SendOptions } from '../send-commands.ts';
import type { Stage } from '../stage.ts';
import type { App } from '../world/mail-apps.ts';
import type { HttpAnswer, SentCommand } from '../verify/verify.ts';

/** Sends by HTTP until the intake says that the database cannot be used, and holds it to saying when to come back. */
export async function untilRefused(stage: Stage, options: SendOptions = {}): Promise<void> {
  const answer = await stage.until('the intake answers 503', async () => {
    const [sent] = await stage.send(1, { ...options, door: 'http', once: true });
    return sent?.answer?.status === 503 && sent.answer;
  });
  stage.check(isRefusal(answer), 'a 503 came without a Retry-After');
}

export function isRefusal(answer: HttpAnswer | null): boolean {
  return answer?.status === 503 && answer.retryAfterS !== null;
}

/** Waits until these have ended, whatever else is on its way. */
export async function untilEnded(stage: Stage, commands: readonly SentCommand[]): Promise<void> {
  const keys = commands.map(({ key }) => key);
  await stage.until(`${keys.length} of them have ended`, async () => {
    const [row] = await stage.world.query<{ count: number }>(
      `select count(*)::int as count from deliveries where idempotency_key = any($1) and status <> 'queued'`,
      [keys],
    );
    return row?.count === keys.length;
  });
}

/** Waits until so many attempts are in this state. */
export async function untilAttempts(stage: Stage, status: 'scheduled' | 'claimed' | 'in_progress', count: number): Promise<void> {
  await stage.until(`${count} ${status}`, async () => {
    const [row] = await stage.world.query<{ count: number }>(
      `select count(*)::int as count from attempts join deliveries using (delivery_id)
      where attempts.status = $1 and starts_with(idempotency_key, $2)`,
      [status, stage.tag],
    );
    return row?.count === count;
  });
}

/** Remembers what runs; what it returns checks that nothing of it has ended since: an outage is no reason to. */
export function expectNoneEnds({ world: { apps }, check }: Stage): () => void {
  const before = [...apps.running.values()].map(({ name, pid }) => ({ name, pid }));
  return () => {
    for (const { name, pid } of before) check(apps.running.get(name)?.pid === pid, `${name} ended`);
  };
}

/** Where the stream is consumed up to. */
export async function offsetOf({ world }: Stage): Promise<string | undefined> {
  const [row] = await world.query<{ last_id: string }>('select last_id from stream_offsets where stream = $1', [world.stream]);
  return row?.last_id;
}

/** Waits until every entry of the stream is consumed. */
export async function untilConsumed(stage: Stage): Promise<void> {
  const { redis, stream } = stage.world;
  const [last] = await redis.client.xrevrange(stream, '+', '-', 'COUNT', 1);
  await stage.until('the stream is consumed', async () => (await offsetOf(stage)) === last?.[0]);
}

/** Asks whether an app has logged this event since now. */
export function loggedFromNow({ world: { apps } }: Stage, app: App, event: string): () => boolean {
  const count = (): number =>
    apps
      .get(app)
      .log()
      .filter((line) => line.event === event).length;
  const before = count();
  return () => count() > before;
}

/** Has outcomes kept, and attempts not taken for lost, for as long as a fault may last on a busy machine. */
export async function withPatience({ world: { apps } }: Stage): Promise<void> {
  const patience = { MAIL_SMTP_TIMEOUT: '20s', MAIL_SCHEDULER_CLAIM_MARGIN: '20s' };
  await Promise.all([apps.restart('scheduler', patience), apps.restart('attempt-worker', patience)]);
}
