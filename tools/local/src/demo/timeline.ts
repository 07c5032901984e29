interface AttemptView {
  readonly number: number;
  readonly status: string;
  readonly outcome: string | null;
  readonly scheduled_at: string | null;
  readonly claimed_at: string | null;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly worker_id: string | null;
  readonly smtp_code: number | null;
  readonly smtp_reply: string | null;
}

interface DeliveryView {
  readonly delivery_id: string;
  readonly status: string;
  readonly end_reason: string | null;
  readonly message_id: string;
  readonly template_id: string | null;
  readonly locale: string | null;
  readonly created_at: string;
  readonly ended_at: string | null;
  readonly recipients: readonly { readonly address: string; readonly kind: string; readonly outcome: string }[];
}

async function read<T>(url: string): Promise<T> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

/** The story of one delivery, as the operator's endpoints tell it. */
export async function timeline(api: string, deliveryId: string): Promise<string[]> {
  const base = `${api}/api/v1/internal/deliveries/${deliveryId}`;
  const delivery = await read<DeliveryView>(base);
  const { items } = await read<{ items: AttemptView[] }>(`${base}/attempts`);
  const beganMs = Date.parse(delivery.created_at);
  const at = (time: string | null, what: string): { time: string; what: string }[] => (time === null ? [] : [{ time, what }]);
  const reply = ({ smtp_code, smtp_reply }: AttemptView): string => (smtp_reply ?? String(smtp_code ?? '')).trim();
  const events = [
    ...at(delivery.created_at, `accepted${delivery.template_id === null ? '' : ` (${delivery.template_id}, ${delivery.locale})`}`),
    ...items.flatMap((attempt) => [
      ...at(attempt.scheduled_at, `attempt ${attempt.number} due`),
      ...at(attempt.claimed_at, `attempt ${attempt.number} claimed`),
      ...at(attempt.started_at, `attempt ${attempt.number} started by ${attempt.worker_id}`),
      ...at(attempt.finished_at, `attempt ${attempt.number} ended: ${attempt.outcome} (${reply(attempt)})`),
    ]),
    ...at(delivery.ended_at, `${delivery.status} (${delivery.end_reason})`),
  ];
  const recipients = delivery.recipients.map(({ kind, address, outcome }) => `${kind} ${address} ${outcome}`).join(', ');
  return [
    `${delivery.delivery_id}, ${delivery.message_id}`,
    recipients,
    ...events.map(({ time, what }) => `${time}  ${`+${Date.parse(time) - beganMs} ms`.padStart(10)}  ${what}`),
  ].map((line) => `  ${line}`);
}
