import type { DeliveryStatus, EndReason, OnUncertain, Priority } from '@mail/domain';
import { Column, Entity, OneToMany, PrimaryColumn, type Relation } from 'typeorm';
import { AttemptEntity } from './attempt.entity.js';
import { RecipientEntity } from './recipient.entity.js';

/** A row of `deliveries`, as the operators' reads see it: the property names are the column names. */
@Entity('deliveries')
export class DeliveryEntity {
  @PrimaryColumn('uuid') delivery_id: string;
  @Column('text') source: string;
  @Column('text') idempotency_key: string;
  @Column('text') status: DeliveryStatus;
  @Column('text', { nullable: true }) end_reason: EndReason | null;
  @Column('text') priority: Priority;
  @Column('text', { nullable: true }) template_id: string | null;
  @Column('text', { nullable: true }) locale: string | null;
  @Column('text', { nullable: true }) template_hash: string | null;
  @Column('jsonb') tags: Record<string, string>;
  @Column('text') message_id: string;
  @Column('timestamptz') created_at: Date;
  @Column('timestamptz', { nullable: true }) deliver_at: Date | null;
  @Column('timestamptz', { nullable: true }) expires_at: Date | null;
  @Column('timestamptz', { nullable: true }) ended_at: Date | null;
  @Column('uuid', { nullable: true }) resend_of: string | null;
  @Column('uuid', { nullable: true }) superseded_by: string | null;
  @Column('text') on_uncertain: OnUncertain;

  @OneToMany(() => RecipientEntity, (recipient) => recipient.delivery) recipients: Relation<RecipientEntity[]>;
  @OneToMany(() => AttemptEntity, (attempt) => attempt.delivery) attempts: Relation<AttemptEntity[]>;
}
