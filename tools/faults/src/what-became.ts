import type { Stage } from './stage.ts';

export interface EndedAttempt {
  readonly outcome: string;
  readonly phase: string | null;
  readonly smtp_code: number | null;
}

/** One recipient of a command, with its delivery, as the database has them now. */
export interface Became {
  readonly key: string;
  readonly address: string;
  /** Of the delivery. */
  readonly status: string;
  readonly end_reason: string | null;
  /** Of the recipient. */
  readonly outcome: string;
  readonly smtp_code: number | null;
  /** Those of the delivery that have ended, in order. */
  readonly attempts: readonly EndedAttempt[];
}

/** What has become so far of these commands, by default of all that the scenario has sent. */
export function whatBecame({ world, commands }: Stage, of: readonly { readonly key: string }[] = commands): Promise<Became[]> {
  return world.query<Became & Record<string, unknown>>(
    `select d.idempotency_key as key, r.address, d.status, d.end_reason, r.outcome, r.smtp_code, (
        select coalesce(json_agg(json_build_object('outcome', a.outcome, 'phase', a.phase, 'smtp_code', a.smtp_code) order by a.number), '[]')
        from attempts a where a.delivery_id = d.delivery_id and a.status = 'ended'
      ) as attempts
    from deliveries d join delivery_recipients r using (delivery_id)
    where d.idempotency_key = any($1) order by d.idempotency_key, r.position`,
    [of.map(({ key }) => key)],
  );
}

/** Waits until each of these commands has had an attempt that ended, and says what became of it. */
export async function attempted(stage: Stage, of: readonly { readonly key: string }[] = stage.commands): Promise<Became[]> {
  return stage.until('each command was tried', async () => {
    const became = await whatBecame(stage, of);
    const tried = new Set(became.filter(({ attempts }) => attempts.length > 0).map(({ key }) => key));
    return of.every(({ key }) => tried.has(key)) && became;
  });
}

/** How many copies of the mail to this address the SMTP server has seen whole. */
export function copiesTo({ world }: Stage, address: string): number {
  return world.sink.copies.filter(({ recipient }) => recipient === address).length;
}
