import { isIPv4 } from 'node:net';

/** Whether a host can only be this machine. IPv6 without brackets. */
export const isLoopback = (host: string): boolean =>
  host === '::1' || host === 'localhost' || host.endsWith('.localhost') || (isIPv4(host) && host.startsWith('127.'));
