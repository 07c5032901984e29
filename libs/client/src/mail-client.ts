import type { DeliveryRequest, LoginCodeRequest } from './delivery-command.js';
import type { CancelledDelivery, Attempt, Delivery, DeliveryContent, DeliveryQuery } from './delivery.js';
import type { Explanation } from './explanation.js';
import { checkIdempotencyKey } from './idempotency-key.js';
import type {
  ActionQuery,
  AdoptedStream,
  DeadLetter,
  MalformedCommand,
  OperatorAction,
  Page,
  PageOptions,
  Period,
  ShownMalformedCommand,
  StreamIncident,
  WholeList,
} from './lists.js';
import { namedFilters, queryString, type ListQuery } from './query.js';
import { requestSender, type CallOptions, type MailAnswer, type MailClientOptions } from './request.js';
import type { ResendPlan, ResendPlanRequest } from './resend-plan.js';
import type { Stats } from './stats.js';
import type { Preview, PreviewRequest, ShownTemplate, Template } from './template.js';
import type { AcceptanceOutcome } from './vocabulary.js';

export interface KeyedCallOptions extends CallOptions {
  readonly idempotencyKey: string;
}

/** A command that is durable. */
export interface Acceptance {
  readonly delivery_id: string;
  readonly outcome: AcceptanceOutcome;
  /** It was accepted before, under this key. */
  readonly replayed: boolean;
}

export interface OpenApiDocument {
  /** The version of OpenAPI. */
  readonly openapi: string;
  readonly [name: string]: unknown;
}

/** A list, newest first. */
export interface List<Item, Query> {
  /** One page. */
  list(query?: Query & PageOptions, options?: CallOptions): Promise<Page<Item>>;
  /** Every item, page by page as they are asked for; `limit` is the size of a page. */
  all(query?: Query & Pick<PageOptions, 'limit'>, options?: CallOptions): AsyncGenerator<Item, void, void>;
}

/**
 * Everything that the service answers. Refusals are thrown as `MailProblem`, silence as `MailUnreachable`. Asked again, by the client itself,
 * is what may be asked twice.
 */
export function createMailClient(options: MailClientOptions) {
  const send = requestSender(options);

  const get = async <Body>(path: string, call: CallOptions = {}): Promise<Body> =>
    (await send({ ...call, method: 'GET', path, repeatable: true })).body as Body;
  const keyed = async (path: string, body: unknown, call: KeyedCallOptions): Promise<MailAnswer> => {
    checkIdempotencyKey(call.idempotencyKey);
    return send({ ...call, method: 'POST', path, body, repeatable: true });
  };
  const order = async <Body>(path: string, call: CallOptions = {}, body?: unknown, repeatable = false): Promise<Body> =>
    (await send({ ...call, method: 'POST', path, body, repeatable })).body as Body;
  const one = (of: string, id: string, what = ''): string => `${of}/${encodeURIComponent(id)}${what}`;

  function list<Item, Query>(path: string): List<Item, Query> {
    const page = (query?: Query & PageOptions, call?: CallOptions): Promise<Page<Item>> =>
      get(path + queryString((query ?? {}) as ListQuery), call);
    async function* all(query?: Query & Pick<PageOptions, 'limit'>, call?: CallOptions): AsyncGenerator<Item, void, void> {
      let cursor: string | null | undefined;
      do {
        const answered: Page<Item> = await page({ ...query, cursor } as Query & PageOptions, call);
        yield* answered.items;
        cursor = answered.next_cursor;
      } while (cursor !== null);
    }
    return { list: page, all };
  }

  return {
    /** `POST /deliveries`; the promise is kept once this is resolved: the delivery is durable. */
    acceptDelivery: async (request: DeliveryRequest, call: KeyedCallOptions): Promise<Acceptance> =>
      acceptanceOf(await keyed('deliveries', request, call)),
    /** `POST /login-code-deliveries`. */
    acceptLoginCode: async (request: LoginCodeRequest, call: KeyedCallOptions): Promise<Acceptance> =>
      acceptanceOf(await keyed('login-code-deliveries', request, call)),

    deliveries: {
      ...list<Delivery, DeliveryQuery>('deliveries'),
      get: (id: string, call?: CallOptions) => get<Delivery>(one('deliveries', id), call),
      attempts: (id: string, call?: CallOptions) => get<WholeList<Attempt>>(one('deliveries', id, '/attempts'), call),
      explain: (id: string, call?: CallOptions) => get<Explanation>(one('deliveries', id, '/explain'), call),
      content: (id: string, call?: CallOptions) => get<DeliveryContent>(one('deliveries', id, '/content'), call),
      /** A new delivery of one that has ended; `expires_at` where it is past its own. */
      resend: async (id: string, request: { readonly expires_at?: string | null }, call: KeyedCallOptions): Promise<Acceptance> =>
        acceptanceOf(await keyed(one('deliveries', id, '/resend'), request, call)),
      /** Asked once: after an answer that was lost, a second one would be told `not_cancellable`. */
      cancel: (id: string, call?: CallOptions) => order<CancelledDelivery>(one('deliveries', id, '/cancel'), call),
    },

    resendPlans: {
      ...list<ResendPlan, Period>('resend-plans'),
      /** Freezes the set; nothing is sent before `start`. */
      create: async (request: ResendPlanRequest, call: KeyedCallOptions): Promise<ResendPlan> =>
        (await keyed('resend-plans', namedFilters(request), call)).body as ResendPlan,
      get: (id: string, call?: CallOptions) => get<ResendPlan>(one('resend-plans', id), call),
      // To be told twice what it does already changes nothing.
      start: (id: string, call?: CallOptions) => order<ResendPlan>(one('resend-plans', id, '/start'), call, undefined, true),
      pause: (id: string, call?: CallOptions) => order<ResendPlan>(one('resend-plans', id, '/pause'), call, undefined, true),
      cancel: (id: string, call?: CallOptions) => order<ResendPlan>(one('resend-plans', id, '/cancel'), call, undefined, true),
    },

    malformedCommands: {
      ...list<MalformedCommand, Period>('malformed-commands'),
      get: (id: string, call?: CallOptions) => get<ShownMalformedCommand>(one('malformed-commands', id), call),
      /** Makes one delivery at most, however often it is asked. */
      replay: async (id: string, call: CallOptions = {}): Promise<Acceptance> =>
        acceptanceOf(await send({ ...call, method: 'POST', path: one('malformed-commands', id, '/replay'), repeatable: true })),
    },

    deadLetters: list<DeadLetter, Period>('dead-letters'),
    operatorActions: list<OperatorAction, ActionQuery>('operator-actions'),

    templates: {
      list: (call?: CallOptions) => get<WholeList<Template>>('templates', call),
      get: (id: string, call?: CallOptions) => get<ShownTemplate>(one('templates', id), call),
      preview: (id: string, request: PreviewRequest = {}, call?: CallOptions) =>
        order<Preview>(one('templates', id, '/preview'), call, request, true),
    },

    stats: (call?: CallOptions) => get<Stats>('stats', call),

    stream: {
      incidents: list<StreamIncident, Period>('stream/incidents'),
      /** `confirm` is the stream's name once more: its offset and counters are given up. */
      adopt: (
        request: {
          readonly stream?: string | null;
          readonly confirm: string;
          readonly last_id?: string | null;
          readonly dry_run?: boolean;
        },
        call?: CallOptions,
      ) => order<AdoptedStream>('stream/adopt', call, request),
    },

    /** OpenAPI 3.1, of the process that answers. */
    openapi: (call?: CallOptions) => get<OpenApiDocument>('openapi.json', call),
  };
}

export type MailClient = ReturnType<typeof createMailClient>;

function acceptanceOf({ body, headers }: MailAnswer): Acceptance {
  const { delivery_id, outcome } = body as Omit<Acceptance, 'replayed'>;
  return { delivery_id, outcome, replayed: headers.get('idempotency-replayed') === 'true' };
}
