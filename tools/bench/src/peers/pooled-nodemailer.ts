import type { BenchMail } from '../world/bench-mail.ts';
import { loadPeer } from './peer-packages.ts';

interface Nodemailer {
  createTransport(options: Record<string, unknown>): {
    sendMail(mail: Record<string, unknown>): Promise<unknown>;
    close(): void;
  };
}

/** As many as nodemailer's pool gained anything from. */
export const CONNECTIONS = 20;

export interface Sender {
  send(mail: BenchMail): Promise<void>;
  close(): void;
}

/** nodemailer as its page on pooled SMTP advises for bulk: more connections than 5, and no limit of messages on one. */
export function pooledNodemailer(peerFolder: string, smtpPort: number): Sender {
  const transport = loadPeer<Nodemailer>(peerFolder, 'nodemailer').createTransport({
    pool: true,
    host: '127.0.0.1',
    port: smtpPort,
    secure: false,
    ignoreTLS: true,
    maxConnections: CONNECTIONS,
    maxMessages: Infinity,
  });
  return {
    async send(mail) {
      await transport.sendMail({ from: { name: 'Galaxy', address: 'no-reply@galaxy.example' }, ...mail });
    },
    close: () => transport.close(),
  };
}
