import { z } from 'zod';

/** How one variable's text is read. */
export interface Kind<Value> {
  readonly schema: z.ZodType<Value, string>;
  /** What is allowed, completing "must be …". */
  readonly allowed: string;
}

/** A kind from a function that reads text, and answers `null` where it is not allowed. */
export function kind<Value>(allowed: string, read: (text: string) => { readonly value: Value } | null): Kind<Value> {
  return {
    allowed,
    schema: z.string().transform((text, context) => {
      const result = read(text);
      if (result !== null) return result.value;
      context.addIssue({ code: 'custom', message: `must be ${allowed}` });
      return z.NEVER;
    }),
  };
}
