import type { Command, Option } from 'commander';
import { examplesOf } from './arguments.js';
import { EXIT_CODES } from './exit-code.js';
import { sentence } from './output/sentence.js';
import { forEachCommand } from './program.js';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

function optionRow({ flags, description, argChoices, defaultValue, defaultValueDescription, envVar, negate }: Option): string {
  const choices = argChoices === undefined ? '' : `: ${argChoices.map((choice) => `\`${choice}\``).join(', ')}`;
  const standard = defaultValueDescription ?? (defaultValue === undefined || negate ? undefined : String(defaultValue as string | number));
  const more = [...(standard === undefined ? [] : [`default: ${standard}`]), ...(envVar === undefined ? [] : [`variable: \`${envVar}\``])];
  return `| \`${flags.replaceAll('|', '\\|')}\` | ${cell(description)}${choices}${more.length === 0 ? '' : ` (${more.join('; ')})`} |`;
}

const optionTable = (options: readonly Option[]): string =>
  options.length === 0 ? '' : `| option | what |\n| --- | --- |\n${options.map(optionRow).join('\n')}\n\n`;

function section(command: Command): string {
  const usage = [pathOf(command), ...command.registeredArguments.map((argument) => `<${argument.name()}>`)];
  const about = command.registeredArguments.map(
    (argument) =>
      `\`<${argument.name()}>\`: ${cell(argument.description)}${(argument.argChoices ?? []).map((choice) => ` \`${choice}\``).join('')}. `,
  );
  const examples = examplesOf(command);
  const shown = examples.length === 0 ? '' : `\`\`\`sh\n${examples.join('\n')}\n\`\`\`\n\n`;
  return `### \`${usage.join(' ')}\`\n\n${sentence(command.description())} ${about.join('')}\n\n${optionTable(command.options)}${shown}`;
}

/** The reference page, from the definitions of the commands. */
export function reference(program: Command): string {
  const sections: string[] = [];
  forEachCommand(program, (command) => {
    if (command.parent !== null && command.commands.length === 0) sections.push(section(command));
  });
  const codes = EXIT_CODES.map(([code, meaning]) => `| ${code} | ${cell(meaning)} |`).join('\n');
  return `# mailctl

<!-- Generated from tools/mailctl/src: \`vitest -u\` of its spec reference.spec.ts rewrites it. -->

The operator's command line, over the [HTTP API](http-api.md). From a clone, after \`npm ci\`:

\`\`\`sh
npm run -s mailctl -- deliveries list --status failed --from 1h
alias mailctl="$PWD/node_modules/.bin/mailctl"   # the same, shorter: as below
source <(mailctl completion bash)
\`\`\`

The first call builds it. Node 20 or later runs it; it starts no service, and needs none but \`intake-api\`.

## For all commands

${optionTable(program.options)}- Times are given as RFC 3339, as a date, or as how long ago (\`90s\`, \`2h\`, \`7d\`), and shown in UTC with their age.
- Lists are the newest first, 50 items unless \`--limit\` or \`--all\` says otherwise; pages of the API are followed. On standard error stands
  whether there are more. Which filters go together, the [API](http-api.md#list-deliveries) says.
- On a terminal, tables fit its width, from 80 columns on: times are shown as ages, texts are cut, and lesser columns left out, as far as it
  takes; \`--json\` and pipes have all. They have colour there, unless \`NO_COLOR\` is set.
- Control characters of what others wrote are shown as \`\\u001b\`, in JSON too.
- A change is asked for in the name of \`--operator\`, and written down: \`mailctl actions list\`.
- What can be asked twice is asked up to three times; a change without a key is asked once.

### \`--json\`

Every line of output is one JSON document, as the service gave it: lists one item a line (NDJSON), everything else one line. Names are those of the
[API](http-api.md), and stay. A failure is one line on standard error, \`{ "error": { "code", "status", "detail", "errors", "trace_id" } }\`; \`code\` is that
of the [problem table](http-api.md#problems), or \`unreachable\`, \`declined\`, \`usage\` or \`defect\`, which have a \`detail\` only. What the parser of the command
line refuses is plain text.

### Exit codes

| code | meaning |
| --- | --- |
${codes}

## Commands

${sections.join('')}`.trimEnd();
}
