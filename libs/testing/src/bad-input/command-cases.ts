import { ADDRESS_CASES } from './address-cases.js';
import { ATTACHMENT_CASES } from './attachment-cases.js';
import type { CommandCase } from './bad-input-case.js';
import { BODY_CASES } from './body-cases.js';
import { ENCODING_CASES } from './encoding-cases.js';
import { HEADER_CASES } from './header-cases.js';
import { HUGE_CASES } from './huge-cases.js';
import { INJECTION_CASES } from './injection-cases.js';
import { JSON_MEANING_CASES } from './json-meaning-cases.js';
import { JSON_SYNTAX_CASES } from './json-syntax-cases.js';
import { RECIPIENT_CASES } from './recipient-cases.js';
import { SHAPE_CASES } from './shape-cases.js';
import { sizeCases } from './size-cases.js';
import { TEMPLATE_CASES } from './template-cases.js';
import { TIME_CASES } from './time-cases.js';

/**
 * The corpus: commands that are wrong, or right in an unusual way, each with how it must end. `maxCommandBytes`: what the
 * processes have as `MAIL_MAX_COMMAND_BYTES`. See also `STREAM_ENTRY_CASES` and `httpRequestCases`.
 */
export const commandCases = (maxCommandBytes: number): readonly CommandCase[] => [
  ...JSON_SYNTAX_CASES,
  ...JSON_MEANING_CASES,
  ...ENCODING_CASES,
  ...SHAPE_CASES,
  ...INJECTION_CASES,
  ...BODY_CASES,
  ...ADDRESS_CASES,
  ...RECIPIENT_CASES,
  ...HEADER_CASES,
  ...ATTACHMENT_CASES,
  ...TEMPLATE_CASES,
  ...TIME_CASES,
  ...HUGE_CASES,
  ...sizeCases(maxCommandBytes),
];
