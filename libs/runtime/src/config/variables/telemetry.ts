import { choice } from '../kinds/choice.js';
import { flag } from '../kinds/flag.js';
import { plainText } from '../kinds/plain-text.js';
import { defaulted, optional } from '../variable.js';

const usedBy = 'all';
const exporter = choice('otlp', 'none');
const protocol = choice('http/protobuf', 'grpc');

export const TELEMETRY_VARIABLES = {
  OTEL_SERVICE_NAME: defaulted(plainText('a name'), 'galaxy-mail', {
    meaning: '`service.name` of every signal; `mail.app` tells the five apps apart.',
    usedBy,
  }),
  OTEL_TRACES_EXPORTER: defaulted(exporter, 'none', { meaning: 'Where traces go.', usedBy }),
  OTEL_METRICS_EXPORTER: defaulted(exporter, 'none', { meaning: 'Where metrics go.', usedBy }),
  OTEL_EXPORTER_OTLP_PROTOCOL: defaulted(protocol, 'http/protobuf', { meaning: 'How OTLP is spoken.', usedBy }),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: optional(protocol, {
    shown: '`OTEL_EXPORTER_OTLP_PROTOCOL`',
    meaning: 'The same, for traces alone.',
    usedBy,
  }),
  OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: optional(protocol, {
    shown: '`OTEL_EXPORTER_OTLP_PROTOCOL`',
    meaning: 'The same, for metrics alone.',
    usedBy,
  }),
  MAIL_OTEL_STDOUT_TRACES_ENABLED: defaulted(flag, 'false', { meaning: 'Also prints traces to standard output.', usedBy }),
  MAIL_OTEL_STDOUT_METRICS_ENABLED: defaulted(flag, 'false', { meaning: 'Also prints metrics to standard output.', usedBy }),
};
