import { PRIORITIES } from '@mail/domain';
import type { AcceptedResend, Resendable, StoredTrace } from '@mail/persistence';
import { failSpan, headersOf, isTracing, linkSpan, setAttributes, spanContextOf, startSpan, type Span } from '@mail/runtime';

export interface TracedChunk {
  /** The trace of a resend: its own, linked to the request that started the plan, and to what it is a copy of. */
  traceOf(original: Resendable, plan: StoredTrace): StoredTrace;
  /** The chunk is durable. */
  end(accepted: readonly AcceptedResend[]): void;
  /** Nothing of it was written. */
  fail(error: unknown): void;
}

/** Traces a chunk of a plan; `null` while nothing is traced. */
export function traceChunk(planId: string): TracedChunk | null {
  if (!isTracing()) return null;
  const startTime = new Date();
  const spans = new Map<string, Span>();
  let startedBy: StoredTrace | null = null;
  return {
    traceOf(original, plan) {
      startedBy = plan;
      const { delivery_id, source, template_id } = original;
      const span = startSpan('accept delivery', {
        attributes: {
          'mail.door': 'operator',
          'mail.source': source,
          'mail.template.id': template_id,
          'mail.resend.of': delivery_id,
          'mail.resend_plan.id': planId,
        },
      });
      for (const linked of [plan, original]) linkSpan(span, linked);
      spans.set(delivery_id, span);
      return headersOf(span);
    },
    end(accepted) {
      const made = accepted.flatMap((answer) => {
        const span = spans.get(answer.resendOf);
        if (span === undefined) return [];
        setAttributes(span, {
          'mail.delivery.id': answer.deliveryId,
          'mail.lane': PRIORITIES[answer.lane],
          'mail.accept.outcome': answer.outcome,
          'mail.accept.replayed': answer.replayed,
        });
        return [span.spanContext()];
      });
      for (const span of spans.values()) span.end();
      if (made.length === 0) return;
      const links = [...made, ...[startedBy === null ? null : spanContextOf(startedBy)].filter((linked) => linked !== null)];
      startSpan('resend batch', {
        startTime,
        links,
        attributes: { 'mail.resend_plan.id': planId, 'messaging.batch.message_count': made.length },
      }).end();
    },
    fail(error) {
      for (const span of spans.values()) {
        failSpan(span, error instanceof Error ? error.name : typeof error);
        span.end();
      }
    },
  };
}
