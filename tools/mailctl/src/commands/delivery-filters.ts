import type { DeliveryQuery } from '@mail/client';
import { Option, type Command } from 'commander';
import { parseTag } from '../arguments.js';

export const ENDS = ['sent', 'failed', 'dead_letter', 'uncertain', 'suppressed', 'cancelled', 'superseded', 'expired'] as const;
export const STATUSES = ['queued', 'sending', ...ENDS] as const;

export interface FilterOptions {
  readonly source?: string;
  readonly recipient?: string;
  readonly template?: string;
  readonly key?: string;
  readonly tag?: Readonly<Record<string, string>>;
}

/** What deliveries are chosen by, beside status and period. */
export function addDeliveryFilters(command: Command): Command {
  return command
    .option('--source <name>', 'of this source')
    .option('--recipient <address>', 'to this address')
    .option('--template <id>', 'made from this template')
    .option('--key <idempotency key>', 'accepted under this key')
    .addOption(new Option('--tag <name=value>', 'with this tag').argParser(parseTag));
}

export const filtersOf = ({ source, recipient, template, key, tag }: FilterOptions): DeliveryQuery => ({
  source,
  recipient,
  template_id: template,
  idempotency_key: key,
  tags: tag,
});
