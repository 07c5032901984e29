// Greedy up to the last @ before the next URI: passwords are often pasted unencoded, with @, : and / in them.
const URI_PASSWORD = /([a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/@]*):(?:(?!:\/\/)\S)*@/gi;
const NAMED_PASSWORD = /\b((?:ssl)?pass(?:word|wd)?\s?=\s?)(?:'[^']*'|"[^"]*"|[^\s&'"]+)/gi;

/** The text with the passwords in its URIs, and after `password=`, replaced by `***`. */
export function withoutSecrets(text: string): string {
  return text.replace(URI_PASSWORD, '$1:***@').replace(NAMED_PASSWORD, '$1***');
}
