import type { MigrationInterface, QueryRunner } from 'typeorm';

// Each ends in the order of its list, so that a page costs its rows, however many there are. No index has the time alone: a list
// of every status merges those of each, which spares the end of a delivery one insertion more.
const INDEXES = [
  ['deliveries_status_idx', 'deliveries (status, created_at, delivery_id)'],
  ['deliveries_source_idx', 'deliveries (source, status, created_at, delivery_id)'],
  ['deliveries_template_idx', 'deliveries (template_id, status, created_at, delivery_id) where template_id is not null'],
  ['deliveries_key_idx', 'deliveries (idempotency_key, created_at, delivery_id)'],
  ['delivery_recipients_address_idx', 'delivery_recipients (address, created_at, delivery_id)'],
  ['delivery_tags_value_idx', 'delivery_tags (name, value, created_at, delivery_id)'],
  ['dead_letters_created_idx', 'dead_letters (created_at, delivery_id)'],
  ['malformed_commands_listed_idx', 'malformed_commands (created_at, malformed_id)'],
  ['stream_incidents_detected_idx', 'stream_incidents (detected_at, incident_id)'],
  ['operator_actions_created_idx', 'operator_actions (created_at, action_id)'],
  ['operator_actions_operator_idx', 'operator_actions (operator, created_at, action_id)'],
  ['operator_actions_action_idx', 'operator_actions (action, created_at, action_id)'],
  // A delivery has few actions; they are sorted.
  ['operator_actions_deliveries_idx', 'operator_actions using gin (delivery_ids)'],
] as const;

/** What the lists of operators are served by. */
export class IndexLists1764200200000 implements MigrationInterface {
  readonly name = 'IndexLists1764200200000';
  // An index cannot be built concurrently inside a transaction.
  readonly transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const [name, on] of INDEXES) {
      // An earlier try that failed leaves an invalid index behind.
      await queryRunner.query(`drop index concurrently if exists ${name}`);
      await queryRunner.query(`create index concurrently ${name} on ${on}`);
    }
    // The index above does its work too.
    await queryRunner.query(`drop index concurrently if exists malformed_commands_created_idx`);
  }

  async down(): Promise<void> {
    throw new Error('Not taken back: change it by another migration.');
  }
}
