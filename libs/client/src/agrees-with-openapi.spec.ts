import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { expect, expectTypeOf, it } from 'vitest';
import type { Operations, Schemas } from '../testing/api-types.js';
import { typesOfDocument } from '../testing/types-of-document.js';
import type { ActionQuery, PageOptions, Period } from './lists.js';
import type { MailClient } from './mail-client.js';
import type { DeliveryQuery } from './delivery.js';
import type { MailProblemCode, ProblemFault } from './mail-problem.js';

// What the client sends and answers, held to the committed document by the compiler: `typecheck` is what fails. The runtime part sees to it
// that the types are those of the document.

it('the types are those of the document; `vitest -u` rewrites them', async () => {
  const file = fileURLToPath(new URL('../testing/api-types.ts', import.meta.url));
  const document = readFileSync(new URL('../../../docs/openapi.json', import.meta.url), 'utf8');
  const types = typesOfDocument(JSON.parse(document) as Record<string, unknown>);
  await expect(await format(types, { ...(await resolveConfig(file)), filepath: file })).toMatchFileSnapshot(file);
});

/** Without what two types of the same values may differ in: `readonly`, intersections, and `undefined` where something may be absent. */
type Plain<T> = T extends readonly (infer Item)[]
  ? Plain<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Plain<Exclude<T[Key], undefined>> }
    : T;
type Same<One, Other> = (<T>() => T extends Plain<One> ? 1 : 2) extends <T>() => T extends Plain<Other> ? 1 : 2 ? true : false;
/** The names of what differs. */
type Differing<One, Other> = {
  [Key in keyof One | keyof Other]: Key extends keyof One & keyof Other ? (Same<One[Key], Other[Key]> extends true ? never : Key) : Key;
}[keyof One | keyof Other];

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- of functions whatever they take
type AnswerOf<Method extends (...of: any[]) => Promise<unknown>> = Awaited<ReturnType<Method>>;
type Documented<Part extends 'answer' | 'body' | 'query'> = {
  [Id in keyof Operations as [Operations[Id][Part]] extends [never] ? never : Id]: Operations[Id][Part];
};

/** The client adds what stands in a header. */
type WithoutHeader<Answer> = Omit<Answer, 'replayed'>;

interface Answers {
  acceptDelivery: WithoutHeader<AnswerOf<MailClient['acceptDelivery']>>;
  acceptLoginCode: WithoutHeader<AnswerOf<MailClient['acceptLoginCode']>>;
  listDeliveries: AnswerOf<MailClient['deliveries']['list']>;
  getDelivery: AnswerOf<MailClient['deliveries']['get']>;
  listAttempts: AnswerOf<MailClient['deliveries']['attempts']>;
  explainDelivery: AnswerOf<MailClient['deliveries']['explain']>;
  showContent: AnswerOf<MailClient['deliveries']['content']>;
  resendDelivery: WithoutHeader<AnswerOf<MailClient['deliveries']['resend']>>;
  cancelDelivery: AnswerOf<MailClient['deliveries']['cancel']>;
  makeResendPlan: AnswerOf<MailClient['resendPlans']['create']>;
  listResendPlans: AnswerOf<MailClient['resendPlans']['list']>;
  getResendPlan: AnswerOf<MailClient['resendPlans']['get']>;
  startResendPlan: AnswerOf<MailClient['resendPlans']['start']>;
  pauseResendPlan: AnswerOf<MailClient['resendPlans']['pause']>;
  cancelResendPlan: AnswerOf<MailClient['resendPlans']['cancel']>;
  listMalformedCommands: AnswerOf<MailClient['malformedCommands']['list']>;
  getMalformedCommand: AnswerOf<MailClient['malformedCommands']['get']>;
  replayMalformedCommand: WithoutHeader<AnswerOf<MailClient['malformedCommands']['replay']>>;
  listDeadLetters: AnswerOf<MailClient['deadLetters']['list']>;
  listOperatorActions: AnswerOf<MailClient['operatorActions']['list']>;
  listTemplates: AnswerOf<MailClient['templates']['list']>;
  getTemplate: AnswerOf<MailClient['templates']['get']>;
  previewTemplate: AnswerOf<MailClient['templates']['preview']>;
  getStats: AnswerOf<MailClient['stats']>;
  listStreamIncidents: AnswerOf<MailClient['stream']['incidents']['list']>;
  adoptStream: AnswerOf<MailClient['stream']['adopt']>;
  getOpenApi: AnswerOf<MailClient['openapi']>;
}

it('every operation is one of the client, and is answered as the document says', () => {
  expectTypeOf<Differing<Answers, Documented<'answer'>>>().toBeNever();
});

/** Filters as they are sent: a time is text, and tags stand beside the others, which is checked apart. */
type AsSent<Query> = { [Key in keyof Query as Exclude<Key, 'tags'>]: Exclude<Query[Key], Date> };
type WithoutTags<Query> = { [Key in keyof Query as Key extends 'tags' | `tag.${string}` ? never : Key]: Query[Key] };
/** In a query, one value is a list of one. */
type OneOrMore<Query> = {
  [Key in keyof Query]: Exclude<Query[Key], undefined> extends readonly (infer Item)[] ? Item | readonly Item[] : Query[Key];
};

interface Bodies {
  acceptDelivery: Parameters<MailClient['acceptDelivery']>[0];
  acceptLoginCode: Parameters<MailClient['acceptLoginCode']>[0];
  resendDelivery: Parameters<MailClient['deliveries']['resend']>[1];
  makeResendPlan: AsSent<Parameters<MailClient['resendPlans']['create']>[0]>;
  adoptStream: Parameters<MailClient['stream']['adopt']>[0];
  previewTemplate: NonNullable<Parameters<MailClient['templates']['preview']>[1]>;
}

it('what the client sends is what the document asks for', () => {
  type Asked = Omit<Documented<'body'>, 'makeResendPlan'> & { makeResendPlan: WithoutTags<Documented<'body'>['makeResendPlan']> };
  expectTypeOf<Differing<Bodies, Asked>>().toBeNever();
});

interface Queries {
  listDeliveries: DeliveryQuery & PageOptions;
  listResendPlans: Period & PageOptions;
  listMalformedCommands: Period & PageOptions;
  listDeadLetters: Period & PageOptions;
  listOperatorActions: ActionQuery & PageOptions;
  listStreamIncidents: Period & PageOptions;
}

it('lists are asked for by the filters of the document', () => {
  type Sent = { [Id in keyof Queries]: AsSent<Queries[Id]> };
  type Asked = { [Id in keyof Documented<'query'>]: OneOrMore<WithoutTags<Documented<'query'>[Id]>> };
  expectTypeOf<Differing<Sent, Asked>>().toBeNever();
  // These are what the methods of the client take.
  expectTypeOf<Queries['listDeliveries']>().toExtend<NonNullable<Parameters<MailClient['deliveries']['list']>[0]>>();
  expectTypeOf<NonNullable<Parameters<MailClient['deliveries']['list']>[0]>>().toExtend<Queries['listDeliveries']>();
  expectTypeOf<NonNullable<Parameters<MailClient['operatorActions']['list']>[0]>>().toExtend<Queries['listOperatorActions']>();
});

it('both know tags where the other does', () => {
  type ByTag<Query> = 'tags' extends keyof Query ? true : `tag.${string}` extends keyof Query ? true : false;
  type Client = { [Id in keyof Queries]: ByTag<Queries[Id]> } & {
    makeResendPlan: ByTag<Parameters<MailClient['resendPlans']['create']>[0]>;
  };
  type Document = { [Id in keyof Documented<'query'>]: ByTag<Documented<'query'>[Id]> } & {
    makeResendPlan: ByTag<Documented<'body'>['makeResendPlan']>;
  };
  expectTypeOf<Differing<Client, Document>>().toBeNever();
  expectTypeOf<Document['listDeliveries']>().toEqualTypeOf<true>();
});

it('problems are those of the document, and one that is not from the service', () => {
  expectTypeOf<Differing<{ of: ProblemFault }, { of: Schemas['Fault'] }>>().toBeNever();
  expectTypeOf<MailProblemCode>().toEqualTypeOf<Schemas['Problem']['code'] | 'unexpected_answer'>();
});
