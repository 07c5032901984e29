import type { Scenario } from '../scenario.ts';
import { smtpConnectionScenarios } from './smtp-connections.ts';
import { smtpLostReplyScenarios } from './smtp-lost-replies.ts';
import { smtpOutageScenarios } from './smtp-outages.ts';
import { smtpProviderTroubleScenarios } from './smtp-provider-trouble.ts';
import { smtpRefusalScenarios } from './smtp-refusals.ts';
import { smtpUnaskedReplyScenarios } from './smtp-unasked-replies.ts';

export const smtpScenarios: readonly Scenario[] = [
  ...smtpRefusalScenarios,
  ...smtpConnectionScenarios,
  ...smtpLostReplyScenarios,
  ...smtpOutageScenarios,
  ...smtpProviderTroubleScenarios,
  ...smtpUnaskedReplyScenarios,
];
