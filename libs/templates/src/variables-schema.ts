/**
 * The JSON Schema (draft 2020-12) keywords that a manifest may use for its variables. A closed set, so that every
 * placeholder can be resolved against it and no two readers disagree about what it allows.
 */
export interface VariableSchema {
  readonly type: 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object';
  readonly properties?: Readonly<Record<string, VariableSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: VariableSchema;
  /** `uri` also means: https, http or mailto, and so fit for a link. */
  readonly format?: string;
  /** Never shown to an operator, wiped when the delivery ends. On a top-level variable of a scalar type only. */
  readonly 'x-secret'?: boolean;
  /** Line breaks are allowed, and become `<br>` in HTML. On strings only; barred from subjects and attributes. */
  readonly 'x-multiline'?: boolean;
}

export interface VariablesSchema extends VariableSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, VariableSchema>>;
}
