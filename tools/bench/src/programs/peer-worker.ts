// A peer's worker: takes jobs from its queue, and sends each by a pooled nodemailer. Called with the peer's name and its surroundings as JSON.
import { peers } from '../peers/index.ts';
import type { PeerName } from '../peers/index.ts';
import type { Surroundings } from '../peers/peer.ts';
import { pooledNodemailer } from '../peers/pooled-nodemailer.ts';

const [name, json] = process.argv.slice(2) as [PeerName, string];
const surroundings = JSON.parse(json) as Surroundings;
const sender = pooledNodemailer(surroundings.peerFolder, surroundings.smtpPort);
const worker = await peers[name].startWorker(surroundings, (mail) => sender.send(mail));
process.once('SIGTERM', () => {
  void worker.stop().finally(() => process.exit(0));
});
console.log(JSON.stringify({ event: 'started' }));
