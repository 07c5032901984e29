import { z } from 'zod';

/** How one variable's text is read. */
export interface Kind<Value> {
  readonly schema: z.ZodType<Value, string>;
  /** What is allowed, completing "must be …". */
  readonly allowed: string;
}

/** What a text is read as: its value, the one thing that is wrong with it, or `null` for what is not of the kind at all. */
export type Reading<Value> = { readonly value: Value } | { readonly fault: string } | null;

/** A kind from a function that reads text. A fault is a clause: "it must be …", "its port is …". */
export function kind<Value>(allowed: string, read: (text: string) => Reading<Value>): Kind<Value> {
  return {
    allowed,
    schema: z.string().transform((text, context) => {
      const result = read(text);
      if (result !== null && 'value' in result) return result.value;
      context.addIssue({ code: 'custom', message: result?.fault ?? `it must be ${allowed}` });
      return z.NEVER;
    }),
  };
}
