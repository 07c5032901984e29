/** One mail of one attempt: the content, fixed at acceptance, and the envelope recipients that are still open. */
export interface OutgoingMail {
  /** UUID. Everything that must be the same in every attempt (the MIME boundaries) derives from it. */
  readonly deliveryId: string;
  /** With its angle brackets: `<…@…>`. */
  readonly messageId: string;
  /** For the `Date` header, written in UTC. */
  readonly date: Date;
  /** Header and envelope sender. */
  readonly from: { readonly email: string; readonly name: string | null };
  /** Everyone whom the mail was accepted for. `bcc` is in no header, but counts where headers have to suit all of them. */
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly replyTo: readonly string[];
  readonly subject: string;
  readonly text: string | null;
  readonly html: string | null;
  /** Custom headers, already checked against the allow-list; sent in this order. */
  readonly headers: Readonly<Record<string, string>>;
  readonly attachments: readonly OutgoingAttachment[];
  /** The envelope of this attempt: who has not been accepted or refused for good yet. */
  readonly recipients: readonly EnvelopeRecipient[];
}

export interface OutgoingAttachment {
  readonly filename: string;
  /** A media type, parameters allowed: `text/calendar; method=REQUEST; charset="UTF-8"`. */
  readonly contentType: string;
  readonly content: Buffer;
  /** Without angle brackets: an inline file is shown where the HTML says `cid:` and this. One that is attached has none. */
  readonly contentId?: string;
}

export interface EnvelopeRecipient {
  /** `delivery_recipients.position`, which the result refers to. */
  readonly position: number;
  readonly address: string;
}
