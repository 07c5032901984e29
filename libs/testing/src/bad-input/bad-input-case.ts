import type { ProblemCode } from '@mail/domain';

/** How a case must end: with this code, or as a delivery. */
export type ExpectedEnd = ProblemCode | 'accepted';

/** What has to arrive, where it differs from what the command says: its normal form. */
export interface ExpectedMail {
  /** Envelope recipients. */
  readonly recipients?: readonly string[];
  readonly subject?: string;
  /** `null` for none. */
  readonly text?: string | null;
  readonly html?: string | null;
  /** Custom headers, by lower-case name. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly filenames?: readonly string[];
}

/** A command as it is written, and what both doors have to make of it. */
export interface CommandCase {
  /** Unique in the corpus. */
  readonly name: string;
  /**
   * `body` is the command without a source. The stream takes it as it is, and the HTTP door with a source put in (`withSource`);
   * for a case of the HTTP door alone it is the whole body.
   */
  readonly door: 'both' | 'http' | 'stream';
  readonly body: string | Buffer;
  readonly expect: ExpectedEnd;
  /** Of one of the faults (RFC 6901), into the command. */
  readonly pointer?: string;
  /** Whether it takes the template's schema to see what is wrong. */
  readonly byTemplate?: true;
  /** Default: what the door's caller is called. */
  readonly source?: string;
  /** Default `sent`; `queued` is never due. */
  readonly ends?: 'sent' | 'expired' | 'queued';
  readonly mail?: ExpectedMail;
}

/** As tables of cases say it: `breaks_schema` is a `validation_failed` that it takes the template's schema to see. */
export type TabledEnd = ExpectedEnd | 'breaks_schema';

export const tabledEnd = (end: TabledEnd): Pick<CommandCase, 'expect' | 'byTemplate'> =>
  end === 'breaks_schema' ? { expect: 'validation_failed', byTemplate: true } : { expect: end };

/** One entry of the command stream, whose fields are the matter. */
export interface StreamEntryCase {
  readonly name: string;
  readonly fields: readonly (readonly [string | Buffer, string | Buffer])[];
  readonly expect: ExpectedEnd;
  readonly pointer?: string;
  /** What the malformed record says of its source; `undefined`: the case does not care. */
  readonly recordedSource?: string | null;
}

/** One request whose form is the matter; sent byte by byte as it stands here. */
export interface HttpRequestCase {
  readonly name: string;
  /** Default `POST`. */
  readonly method?: string;
  /** Under `/api/v1/internal/`; default `deliveries`. */
  readonly path?: string;
  /** All of them but `Host` and `Connection`. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | Buffer;
  /** `closes` for a connection that ends, with or without a `400`, and with nothing stored; `bad_request` for what is no HTTP. */
  readonly expect: ExpectedEnd | 'bad_request' | 'closes';
  readonly pointer?: string;
}
