// RFC 2045 5.1.
const TOKEN = "[A-Za-z0-9!#$%&'*+.^_`{|}~-]+";
const CONTENT_TYPE = new RegExp(String.raw`^(${TOKEN})/(?:${TOKEN})((?:; ?(?:${TOKEN})=(?:${TOKEN}))*)$`);

const MAX_LENGTH = 255;
/** Parameters that the message itself sets. */
const OWN_PARAMETER = /; ?(?:name|filename|boundary)\b/i;

/**
 * Why a text is no content type for an attachment, or `null` when it is one: `type/subtype`, with parameters whose values are
 * bare tokens, such as `text/calendar; method=REQUEST; charset=utf-8`. Not `multipart` or `message`: these are not sent in
 * base64 (RFC 2045 6.4, RFC 2046 5.2.1), as attachments are.
 */
export function contentTypeFault(text: string): string | null {
  const match = text.length > MAX_LENGTH ? null : CONTENT_TYPE.exec(text);
  if (match === null) return 'must be a media type such as application/pdf, or text/plain; charset=utf-8';
  if (/^(?:multipart|message)$/i.test(match[1] ?? '')) return 'must not be a multipart or message type';
  return OWN_PARAMETER.test(match[2] ?? '') ? 'must not have the parameters name, filename or boundary' : null;
}
