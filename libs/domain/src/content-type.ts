// RFC 2045 5.1, and RFC 822 3.3 for the quoted string: no control character is in either, so that no line can be ended.
const TOKEN = "[A-Za-z0-9!#$%&'*+.^_`{|}~-]+";
const QUOTED = String.raw`"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])*"`;
const MEDIA_TYPE = new RegExp(`^(${TOKEN})/(?:${TOKEN})`);
const PARAMETER = new RegExp(`[ \\t]*;([ \\t]*)(${TOKEN})=(${TOKEN}|${QUOTED})`, 'y');

const MAX_LENGTH = 255;
/** Parameters that the message itself sets. */
const OWN_PARAMETERS = ['name', 'filename', 'boundary'];
const DETAIL = 'must be a media type such as application/pdf, or text/calendar; method=REQUEST; charset="UTF-8"';

export type ParsedContentType = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly detail: string };

/**
 * A content type for an attachment in its normal form: `type/subtype` with parameters in any order, whose values are tokens or quoted
 * strings, with one space or none after each semicolon. Not `multipart` or `message`: these are not sent in base64 (RFC 2045 6.4,
 * RFC 2046 5.2.1), as attachments are. `detail` never repeats it.
 */
export function parseContentType(given: string): ParsedContentType {
  if (given.length > MAX_LENGTH) return refused(DETAIL);
  const type = MEDIA_TYPE.exec(given);
  if (type === null) return refused(DETAIL);
  if (/^(?:multipart|message)$/i.test(type[1] ?? '')) return refused('must not be a multipart or message type');
  let [text] = type;
  const seen = new Set<string>();
  PARAMETER.lastIndex = text.length;
  const end = given.replace(/[ \t]+$/, '').length;
  for (let at = text.length; at < end; at = PARAMETER.lastIndex) {
    const [, space = '', attribute = '', value = ''] = PARAMETER.exec(given) ?? [];
    if (attribute === '') return refused(DETAIL);
    // RFC 2231: `name*0*` is a piece of the parameter `name`.
    const name = attribute.toLowerCase();
    if (OWN_PARAMETERS.includes(name.split('*', 1)[0] ?? '')) return refused('must not have the parameters name, filename or boundary');
    if (seen.has(name)) return refused('must not have a parameter twice');
    seen.add(name);
    text += `;${space === '' ? '' : ' '}${attribute}=${value}`;
  }
  return { ok: true, text };
}

function refused(detail: string): ParsedContentType {
  return { ok: false, detail };
}
