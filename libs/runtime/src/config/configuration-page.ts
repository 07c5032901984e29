import { APP_NAMES } from './app-name.js';
import type { Fallback, Variable } from './variable.js';
import { VARIABLE_GROUPS } from './variables.js';

const INTRODUCTION = `<!-- Generated from the schema in libs/runtime/src/config by \`node libs/runtime/dist/config/write-configuration-page.js\`. Do not edit. -->

<!-- prettier-ignore-start -->

# Configuration

Every process is configured by environment variables alone. All five apps accept all of them, so that one environment serves all, and each uses its own; the required ones are required by every app.

- **Durations** are Go-style: \`250ms\`, \`2s\`, \`1m30s\`, \`168h\`. **Addresses** are \`host:port\`, \`[::1]:port\` or \`:port\`. **Sizes** are like \`512KiB\` or \`5MiB\`. **Lists** are comma-separated. **Booleans** are \`true\` or \`false\`.
- A variable that is set but empty counts as not set, but for the Redis password.
- The whole environment is checked before a process starts. Every fault is named in one message, and the process exits 78.
- A \`MAIL_*\` variable that is not on this page is a warning at start, with the nearest name that is.
- Values of secret variables are never shown, nor are passwords within others.
- Where telemetry goes, and how it is sampled, is said by OpenTelemetry's own variables, such as \`OTEL_EXPORTER_OTLP_ENDPOINT\`.
`;

/** The reference page of the configuration, in Markdown. */
export function configurationPage(): string {
  const groups = VARIABLE_GROUPS.map(
    ({ title, variables }) =>
      `## ${title}\n\n| variable | default | allowed | meaning | used by |\n| --- | --- | --- | --- | --- |\n` +
      Object.entries<Variable<unknown>>(variables).map(row).join(''),
  );
  return [INTRODUCTION, ...groups, '<!-- prettier-ignore-end -->\n'].join('\n');
}

function row([name, { fallback, value, meaning, secret, usedBy }]: [string, Variable<unknown>]): string {
  const users = usedBy === 'all' || usedBy.length === APP_NAMES.length ? 'all' : usedBy.join(', ') || 'none';
  const cells = [`\`${name}\`${secret ? ' (secret)' : ''}`, shownDefault(fallback), value.allowed, meaning, users];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
}

const shownDefault = (fallback: Fallback): string => {
  if (fallback.kind === 'required') return '**required**';
  return fallback.kind === 'none' ? fallback.shown : `\`${fallback.text}\``;
};
