import { isIPv6 } from 'node:net';
import { kind, type Kind } from './kind.js';

export interface Address {
  /** IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

const ADDRESS = /^(?:\[(?<ipv6>[^\]]+)\]|(?<name>[A-Za-z0-9._-]*)):(?<port>\d{1,5})$/;

const readAddress = (text: string): { host: string | null; port: number } | null => {
  const { ipv6, name, port: portText } = ADDRESS.exec(text)?.groups ?? {};
  const port = Number(portText);
  if (portText === undefined || port > 65_535) return null;
  if (ipv6 !== undefined && !isIPv6(ipv6)) return null;
  return { host: ipv6 ?? (name || null), port };
};

/** Where to connect to: `host:port`, `[::1]:port`, or `:port` for this machine. */
export const address: Kind<Address> = kind('host:port or :port, with a port from 1 to 65535', (text) => {
  const read = readAddress(text);
  if (read === null || read.port === 0) return null;
  return { value: { host: read.host ?? 'localhost', port: read.port } };
});

/** Where to listen: `:port` is every interface (host `null`), port 0 any free one. */
export const listenAddress: Kind<{ readonly host: string | null; readonly port: number }> = kind(
  'host:port or :port, with a port from 0 (any free one) to 65535',
  (text) => {
    const value = readAddress(text);
    return value === null ? null : { value };
  },
);
