import type { RecipientKind, RecipientOutcome } from '@mail/domain';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { DeliveryEntity } from './delivery.entity.js';

/** A row of `delivery_recipients`. */
@Entity('delivery_recipients')
export class RecipientEntity {
  @PrimaryColumn('uuid') delivery_id: string;
  @PrimaryColumn('smallint') position: number;
  @Column('text') address: string;
  @Column('text') kind: RecipientKind;
  @Column('text') outcome: RecipientOutcome;
  @Column('smallint', { nullable: true }) smtp_code: number | null;
  @Column('text', { nullable: true }) enhanced_code: string | null;
  @Column('text', { nullable: true }) smtp_reply: string | null;

  @ManyToOne(() => DeliveryEntity, (delivery) => delivery.recipients)
  @JoinColumn({ name: 'delivery_id' })
  delivery: Relation<DeliveryEntity>;
}
