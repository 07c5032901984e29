export interface TryLinesInput {
  readonly api: string;
  readonly inbox: string;
  readonly dsn: string;
  readonly redis: { readonly addr: string; readonly password: string; readonly cli?: string };
  readonly logs: string;
}

const command = { to: ['ada@example.com'], content: { mode: 'rendered', subject: 'Hello', text: 'It works.' } };

/** Adds one entry to the stream: by redis-cli, or by a program for Node where that is not there. */
function xadd({ addr, password, cli }: TryLinesInput['redis']): string {
  const [host, port] = addr.split(/:(?=\d+$)/);
  const options = JSON.stringify({ host, port: Number(port), password });
  const entry = `'*','source','demo','idempotency_key',String(Date.now()),'command',process.argv[1]`;
  const stream = process.env['MAIL_REDIS_COMMAND_STREAM'] ?? 'mail:delivery_commands';
  if (cli !== undefined) {
    const login = password === '' ? '' : ` -a '${password}' --no-auth-warning`;
    return `${cli} -h ${host} -p ${port}${login} XADD ${stream} '*' source demo idempotency_key "$(date +%s%N)" command '${JSON.stringify(command)}'`;
  }
  const program = `import {Redis} from 'ioredis'; const r = new Redis(${options.replaceAll('"', "'")}); console.log(await r.xadd('${stream}',${entry})); r.disconnect()`;
  return `node --input-type=module -e "${program}" '${JSON.stringify(command)}'`;
}

/** What `npm start` prints once everything runs: where it is, and lines to try. */
export function tryLines(input: TryLinesInput): string[] {
  return [
    '',
    'Everything runs.',
    '',
    `  API      ${input.api}/api/v1/internal`,
    `  Console  ${input.api}/console/`,
    `  Inbox    ${input.inbox}`,
    `  Database ${input.dsn}`,
    `  Redis    ${input.redis.addr}${input.redis.password === '' ? '' : `, password ${input.redis.password}`}`,
    `  Logs     ${input.logs}`,
    '',
    'Send a mail over HTTP:',
    '',
    `curl -sS ${input.api}/api/v1/internal/deliveries -H 'content-type: application/json' -H "idempotency-key: $(date +%s%N)" \\`,
    `  -d '${JSON.stringify({ source: 'demo', ...command })}'`,
    '',
    'Send one over the stream (XADD), from the folder of the repository:',
    '',
    xadd(input.redis),
    '',
    'See what became of them (docs/mailctl.md):',
    '',
    `export MAILCTL_URL=${input.api}`,
    'node_modules/.bin/mailctl deliveries list',
    '',
  ];
}
