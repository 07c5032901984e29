export interface SplitVariables {
  readonly plain: Record<string, unknown>;
  /** `null` when none of the variables is secret. */
  readonly secret: Record<string, unknown> | null;
}

/** Parts a template's variables into those that may be kept and shown, and the secret ones, by their top-level names. */
export function splitVariables(variables: Readonly<Record<string, unknown>>, secretNames: readonly string[]): SplitVariables {
  const entries = Object.entries(variables);
  const isSecret = ([name]: [string, unknown]): boolean => secretNames.includes(name);
  const secret = entries.filter(isSecret);
  return {
    plain: Object.fromEntries(entries.filter((entry) => !isSecret(entry))),
    secret: secret.length === 0 ? null : Object.fromEntries(secret),
  };
}
