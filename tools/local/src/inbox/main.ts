// The local inbox, a process of its own: takes mails by SMTP, stores them, shows them on a page.
import { parseArgs } from 'node:util';
import { openMailStore } from './mail-store.ts';
import { openSmtpDoor } from './smtp-door.ts';
import { openWebDoor } from './web-door.ts';

const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    'smtp-port': { type: 'string', default: '0' },
    'web-port': { type: 'string', default: '0' },
    keep: { type: 'string', default: '20000' },
    'reply-delay-ms': { type: 'string', default: '0' },
  },
});
if (values.folder === undefined) throw new Error('--folder is missing.');

const store = openMailStore(values.folder, Number(values.keep));
const smtp = await openSmtpDoor({ store, port: Number(values['smtp-port']), replyDelayMs: Number(values['reply-delay-ms']) });
const web = await openWebDoor({ store, port: Number(values['web-port']) });
console.log(JSON.stringify({ event: 'started', smtp_port: smtp.port, web_port: web.port }));

process.once('SIGTERM', () => {
  web.close();
  void smtp.close().then(() => store.close());
});
