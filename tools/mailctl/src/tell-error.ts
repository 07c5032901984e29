import { MailProblem, MailUnreachable } from '@mail/client';
import { CommanderError } from 'commander';
import { jsonLine, oneLine } from './output/plain-text.js';
import { Declined, UsageError } from './exit-code.js';

/** What went wrong and how to mend it, for people; or as one JSON document. */
export function tellError(error: unknown, json: boolean): string {
  if (json) return `${jsonLine({ error: asDocument(error) })}\n`;
  if (error instanceof MailProblem) {
    const { status, code, detail, errors, trace_id } = error;
    // A single fault may stand in the detail already.
    const told = errors.filter(({ detail: fault }) => !detail.includes(fault));
    const faults = told.map((fault) => `  ${oneLine(fault.pointer || '(the whole)')}: ${oneLine(fault.detail)}`);
    const trace = trace_id === null || status < 500 ? [] : [`  The service's log has more under trace_id ${oneLine(trace_id)}.`];
    return `${[`mailctl: ${status} ${oneLine(code)}: ${oneLine(detail)}`, ...faults, ...trace].join('\n')}\n`;
  }
  if (error instanceof MailUnreachable) {
    return `mailctl: ${oneLine(error.message)}\n  Does intake-api listen there? Its address is given by --url or MAILCTL_URL.\n`;
  }
  if (error instanceof UsageError || error instanceof Declined) return `mailctl: ${oneLine(error.message)}\n`;
  return `mailctl: a defect: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`;
}

function asDocument(error: unknown): Readonly<Record<string, unknown>> {
  if (error instanceof MailProblem) {
    const { code, status, detail, errors, trace_id } = error;
    return { code, status, detail, errors, trace_id };
  }
  const detail = error instanceof Error ? error.message : String(error);
  if (error instanceof MailUnreachable) return { code: 'unreachable', detail };
  if (error instanceof Declined) return { code: 'declined', detail };
  return { code: error instanceof UsageError || error instanceof CommanderError ? 'usage' : 'defect', detail };
}
