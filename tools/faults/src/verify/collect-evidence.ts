import type { Evidence, SentCommand, StoredRecipient } from './verify.ts';
import type { World } from '../world/make-world.ts';

/** Everything that is known of the commands whose keys begin with `tag`: from the callers, the SMTP server and the database. */
export async function collectEvidence(
  world: World,
  tag: string,
  commands: readonly SentCommand[],
  { refusals, mayDuplicate }: Pick<Evidence, 'refusals' | 'mayDuplicate'>,
): Promise<Evidence> {
  const stored = await world.query<StoredRecipient & Record<string, unknown>>(
    `select d.delivery_id, d.source, d.idempotency_key, d.status, d.message_id, r.address, r.outcome,
      count(a.*)::int as attempts, (count(a.*) filter (where a.outcome = 'uncertain'))::int as uncertain_attempts,
      array(select again.message_id from deliveries again where again.resend_of = d.delivery_id) as resent_as
    from deliveries d join delivery_recipients r using (delivery_id) left join attempts a using (delivery_id)
    where starts_with(d.idempotency_key, $1)
    group by d.delivery_id, r.position, r.address, r.outcome`,
    [tag],
  );
  const malformed = await world.query<{ idempotency_key: string }>(
    `select idempotency_key from malformed_commands where starts_with(idempotency_key, $1)`,
    [tag],
  );
  return {
    commands,
    copies: world.sink.copies.filter(({ recipient }) => recipient.startsWith(tag)),
    stored,
    malformed: new Set(malformed.map(({ idempotency_key }) => idempotency_key)),
    refusals,
    mayDuplicate,
  };
}
