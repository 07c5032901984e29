import type { OnUncertain, Priority } from './vocabulary.js';

/** A mail as the caller wrote it: text, html or both. */
export interface RenderedContent {
  readonly mode: 'rendered';
  readonly subject: string;
  readonly text?: string | null;
  readonly html?: string | null;
}

/** A mail made from a template of the catalog. */
export interface TemplateContent {
  readonly mode: 'template';
  readonly template_id: string;
  /** A language tag; by default that of the template. */
  readonly locale?: string | null;
  readonly variables?: Readonly<Record<string, unknown>>;
}

export interface Attachment {
  /** Without a folder, at most 255 octets in UTF-8. */
  readonly filename: string;
  /** With parameters, where it has some: `text/calendar; method=REQUEST; charset="UTF-8"`. */
  readonly content_type: string;
  /** Base64 (RFC 4648 4), padded, without line breaks. */
  readonly content_base64: string;
  /** With it the file is inline: shown where the HTML says `cid:` and this. Unique in the mail, without angle brackets. */
  readonly content_id?: string | null;
}

/** A delivery command, as both doors take it; `docs/commands.md` has its bounds. Times are RFC 3339 with a zone. */
export interface DeliveryCommand {
  readonly to: readonly string[];
  readonly cc?: readonly string[];
  readonly bcc?: readonly string[];
  readonly reply_to?: readonly string[];
  readonly content: RenderedContent | TemplateContent;
  readonly attachments?: readonly Attachment[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly priority?: Priority;
  /** Not sent before. */
  readonly deliver_at?: string | null;
  /** Never sent after. */
  readonly expires_at?: string | null;
  /** A newer command of the same source with the same key takes the place of the older. */
  readonly supersede_key?: string | null;
  /** Overrides the template's. */
  readonly on_uncertain?: OnUncertain | null;
}

/** A command, and the system that it is from. */
export interface DeliveryRequest extends DeliveryCommand {
  /** 1 to 64 of `a-z`, `0-9`, `_` and `-`, the first a letter. */
  readonly source: string;
}

export interface LoginCodeRequest {
  readonly email: string;
  /** 1 to 64 visible ASCII characters. */
  readonly code: string;
  readonly locale: string;
  /** By default 15 minutes from acceptance. */
  readonly expires_at?: string | null;
}
