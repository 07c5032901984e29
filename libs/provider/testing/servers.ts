import { startRawSmtp, startSmtpSink, type RawPeer, type RawSmtp, type SinkScript, type SmtpSink } from '@mail/testing';
import { onTestFinished } from 'vitest';

/** A sink that is closed when the test is over. */
export async function aSink(script?: SinkScript): Promise<SmtpSink> {
  const sink = await startSmtpSink(script);
  onTestFinished(() => sink.close());
  return sink;
}

/** A raw server that is closed when the test is over. */
export async function aRawServer(script: (peer: RawPeer) => Promise<void> | void): Promise<RawSmtp> {
  const server = await startRawSmtp(script);
  onTestFinished(() => server.close());
  return server;
}
