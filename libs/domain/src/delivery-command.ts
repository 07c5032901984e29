import { z } from 'zod';
import { attachments } from './attachment.js';
import { atMost, locale, mailAddress, source, supersedeKey, timestamp } from './command-fields.js';
import { content } from './content.js';
import { customHeaders } from './custom-headers.js';
import { PRIORITIES, RECIPIENT_KINDS } from './delivery.js';
import { tags } from './tags.js';

export const MAX_RECIPIENTS = 50;
const MAX_REPLY_TO = 10;
const MAX_ATTACHMENTS = 25;

const addresses = (max: number) => atMost(max, z.array(mailAddress).max(max));

const shape = {
  to: atMost(MAX_RECIPIENTS, z.array(mailAddress).min(1, 'must have one recipient at least').max(MAX_RECIPIENTS)).meta({
    description: `Recipients; to, cc and bcc have at most ${MAX_RECIPIENTS} together. One that is repeated is kept once, where it stands first.`,
  }),
  cc: addresses(MAX_RECIPIENTS).default([]),
  bcc: addresses(MAX_RECIPIENTS).default([]),
  reply_to: addresses(MAX_REPLY_TO).default([]),
  content,
  attachments: atMost(MAX_ATTACHMENTS, attachments(MAX_ATTACHMENTS)).default([]),
  headers: customHeaders.default({}),
  tags: tags.default({}),
  priority: z.enum(PRIORITIES).default('normal'),
  deliver_at: timestamp.nullable().default(null).meta({ description: 'Not sent before.' }),
  expires_at: timestamp.nullable().default(null).meta({ description: 'Never sent after; the delivery then ends as expired.' }),
  supersede_key: supersedeKey.nullable().default(null).meta({
    description: 'A newer command of the same source with the same key ends the older one as superseded. Visible characters, no spaces.',
  }),
  on_uncertain: z.enum(['retry', 'hold']).nullable().default(null).meta({
    description: 'When nobody knows whether the mail is out: retry, a second copy, or hold, an operator decides. Overrides the template.',
  }),
};

type Recipients = Pick<z.output<z.ZodObject<typeof shape>>, (typeof RECIPIENT_KINDS)[number]>;

function checkRecipients(command: Recipients, context: z.core.$RefinementCtx): void {
  const count = command.to.length + command.cc.length + command.bcc.length;
  if (count <= MAX_RECIPIENTS) return;
  context.issues.push({ code: 'custom', message: `must not have more than ${MAX_RECIPIENTS} recipients in all`, input: command });
}

/** Every recipient once, in its order; the first of `to`, `cc` and `bcc` that names it keeps it. */
function withoutRepeats<C extends Recipients & { reply_to: string[] }>(command: C): C {
  const seen = new Set<string>();
  const fresh = (list: string[]): string[] => list.filter((address) => !seen.has(address) && seen.add(address));
  return { ...command, to: fresh(command.to), cc: fresh(command.cc), bcc: fresh(command.bcc), reply_to: [...new Set(command.reply_to)] };
}

/**
 * A delivery command, as both doors take it. Its output is the normal form: defaults explicit, `null` for what is absent, times
 * in UTC with milliseconds, addresses with A-labels and without repeats.
 */
export const deliveryCommandSchema = z.strictObject(shape).superRefine(checkRecipients).transform(withoutRepeats);

export type DeliveryCommand = z.output<typeof deliveryCommandSchema> & {
  /**
   * `expires_at` as a time from acceptance, in ms: set by the service itself only. So the fingerprint of a command that is sent
   * again has nothing in it that depends on when.
   */
  expires_in_ms?: number;
};

/** A command and who it is from. */
export interface DeliveryRequest {
  source: string;
  command: DeliveryCommand;
}

/** A delivery command with its `source` beside the other properties, as the HTTP door takes it. */
export const deliveryRequestSchema = z
  .strictObject({ source, ...shape })
  .superRefine(checkRecipients)
  .transform(({ source, ...command }): DeliveryRequest => ({ source, command: withoutRepeats(command) }));

/** A login code and whom it is for. */
export const loginCodeRequestSchema = z.strictObject({
  email: mailAddress,
  code: z
    .string()
    .regex(/^[\x21-\x7e]{1,64}$/, 'must be 1 to 64 visible ASCII characters')
    .meta({ description: 'The code, which only its recipient gets to see.' }),
  locale,
  expires_at: timestamp.nullable().default(null).meta({ description: 'Never sent after. By default 15 minutes from acceptance.' }),
});

export type LoginCodeRequest = z.output<typeof loginCodeRequestSchema>;

/** What a resend may say; an empty body says nothing. */
export const resendRequestSchema = z.strictObject({
  expires_at: timestamp.nullable().default(null).meta({ description: 'A new expiry, for a delivery that is past its own.' }),
});

export type ResendOptions = z.output<typeof resendRequestSchema>;
