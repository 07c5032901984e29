import type { AttemptOutcome, AttemptStatus, SmtpPhase } from '@mail/domain';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { DeliveryEntity } from './delivery.entity.js';

/** A row of `attempts`. The token is left out: only the worker that holds it needs it. */
@Entity('attempts')
export class AttemptEntity {
  @PrimaryColumn('uuid') attempt_id: string;
  @Column('uuid') delivery_id: string;
  @Column('smallint') number: number;
  @Column('smallint', { nullable: true }) schedule_position: number | null;
  @Column('timestamptz', { nullable: true }) trouble_since: Date | null;
  @Column('text') status: AttemptStatus;
  @Column('text', { nullable: true }) outcome: AttemptOutcome | null;
  @Column('timestamptz') scheduled_at: Date;
  @Column('timestamptz', { nullable: true }) claimed_at: Date | null;
  @Column('timestamptz', { nullable: true }) started_at: Date | null;
  @Column('timestamptz', { nullable: true }) finished_at: Date | null;
  @Column('text', { nullable: true }) worker_id: string | null;
  @Column('text', { nullable: true }) phase: SmtpPhase | null;
  @Column('smallint', { nullable: true }) smtp_code: number | null;
  @Column('text', { nullable: true }) enhanced_code: string | null;
  @Column('text', { nullable: true }) smtp_reply: string | null;
  @Column('text', { nullable: true }) error: string | null;

  @ManyToOne(() => DeliveryEntity, (delivery) => delivery.attempts)
  @JoinColumn({ name: 'delivery_id' })
  delivery: Relation<DeliveryEntity>;
}
