/** Takes credentials, in the clear or as AUTH sends them, out of what a server says: some repeat the line they refuse. */
export function redact(text: string, username: string | null, password: string | null): string {
  const base64 = (secret: string) => Buffer.from(secret, 'utf8').toString('base64');
  const secrets = [password, username].filter((secret): secret is string => secret !== null && secret !== '');
  const sent = [base64(`\0${username ?? ''}\0${password ?? ''}`), ...secrets.map(base64)];
  return [...sent, ...secrets].reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
}
