import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { parseDuration, withExamples } from './arguments.js';
import { addActions } from './commands/actions.js';
import { addCompletion } from './commands/completion.js';
import { addDeadLetters } from './commands/dead-letters.js';
import { addDeliveries } from './commands/deliveries.js';
import { addMalformed } from './commands/malformed.js';
import { addResendPlan } from './commands/resend-plan.js';
import { addStats } from './commands/stats.js';
import { addStream } from './commands/stream.js';
import { addTemplates } from './commands/templates.js';
import { sentence } from './output/sentence.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };

/** The whole command line. What it cannot do it throws, as does its help. */
export function createProgram(): Command {
  const program = new Command('mailctl')
    .description("The operator's command line of the mail service.")
    .exitOverride()
    .configureHelp({ showGlobalOptions: true, commandDescription: (command) => sentence(command.description()) })
    .showHelpAfterError('(--help after the command shows how)')
    .version(version, '--version', 'the version of mailctl')
    .addOption(new Option('--url <url>', 'where intake-api listens').env('MAILCTL_URL').default('http://127.0.0.1:8080'))
    .addOption(new Option('--operator <name>', "who asks, for the audit trail (default: the user's name)").env('MAILCTL_OPERATOR'))
    .addOption(new Option('--json', 'for programs: every line is one JSON document, as the service gave it').default(false, 'off'))
    .addOption(new Option('--timeout <duration>', 'bound on one request').argParser(parseDuration).default(10_000, '10s'))
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'mailctl: ')) });
  withExamples(
    program,
    'mailctl deliveries list --status failed --from 1h',
    'mailctl deliveries explain 019ab5c0-6f0e-7c3a-9d55-0a3f6b1f2c7e',
    'mailctl --url http://mail.internal:8080 stats --watch',
  );
  addDeliveries(program);
  addDeadLetters(program);
  addMalformed(program);
  addResendPlan(program);
  addTemplates(program);
  addStats(program);
  addStream(program);
  addActions(program);
  addCompletion(program);
  // `mailctl help deliveries` is what many try first.
  forEachCommand(program, (command) => command.helpCommand(false));
  program.helpCommand('help [command]', 'what a command does');
  return program;
}

/** The command and all below it, in the order of their definition. */
export function forEachCommand(command: Command, visit: (command: Command) => void): void {
  visit(command);
  for (const sub of command.commands) forEachCommand(sub, visit);
}
