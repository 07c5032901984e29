/** A delivery command as a caller writes it: what is left out has its default. */
export interface Command {
  readonly to: readonly string[];
  readonly cc?: readonly string[];
  readonly bcc?: readonly string[];
  readonly reply_to?: readonly string[];
  readonly content: RenderedContent | TemplateContent;
  readonly attachments?: readonly { readonly filename: string; readonly content_type: string; readonly content_base64: string }[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly priority?: 'high' | 'normal' | 'bulk';
}

export interface RenderedContent {
  readonly mode: 'rendered';
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
}

export interface TemplateContent {
  readonly mode: 'template';
  readonly template_id: string;
  readonly locale: string;
  readonly variables: Readonly<Record<string, unknown>>;
}
