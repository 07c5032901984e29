import { jsonPointer, MAX_FAULTS, validationFailed, type Fault } from '@mail/domain';
import { Ajv2020, type Format, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { checkStrings } from './check-strings.js';
import type { VariablesCheck } from './template-version.js';
import { VARIABLE_FORMATS, VARIABLE_KEYWORDS } from './variable-keywords.js';
import type { VariablesSchema } from './variables-schema.js';

const ROOT = '/content/variables';
const REQUIRED = 'is required';
const UNDECLARED = 'is not a variable of this template';
/** Of a text that has a format. Some of their checks take it apart, which megabytes of it are not worth. */
const MAX_FORMATTED = 16_384;

const ajv = new Ajv2020({ strict: true, strictTypes: true, validateSchema: false, messages: true });
ajv.addVocabulary([...VARIABLE_KEYWORDS]);
addFormats.default(ajv, [...VARIABLE_FORMATS]);
for (const name of VARIABLE_FORMATS) {
  const known = ajv.formats[name];
  if (known === undefined) throw new Error(`the format ${name} is not known`);
  const matches = matcherOf(known);
  ajv.addFormat(name, (text: string) => text.length <= MAX_FORMATTED && matches(text));
}

/**
 * Compiles the check of `TemplateVersion.checkVariables`. Each variable is validated by itself and up to its first
 * fault: a caller sees all variables that are wrong, and a hostile list of a million wrong items costs one fault.
 * Throws when the schema itself is not usable.
 */
export function compileVariablesCheck(schema: VariablesSchema): (variables: Readonly<Record<string, unknown>>) => VariablesCheck {
  const validators = Object.entries(schema.properties).map(([name, property]) => {
    const validate = ajv.compile(property);
    // Ajv keeps every schema that it has ever seen; versions come and go.
    ajv.removeSchema(property);
    return { name, property, validate, required: schema.required?.includes(name) ?? false };
  });
  return (variables) => {
    const faults: Fault[] = [];
    for (const { name, property, validate, required } of validators) {
      const pointer = `${ROOT}${jsonPointer([name])}`;
      if (!Object.hasOwn(variables, name)) {
        if (required) faults.push({ pointer, detail: REQUIRED });
      } else if (!validate(variables[name])) {
        faults.push(faultOf(validate, pointer));
      } else {
        const fault = checkStrings(property, variables[name], pointer);
        if (fault) faults.push(fault);
      }
    }
    if (schema.additionalProperties === false) {
      for (const name of Object.keys(variables)) {
        if (faults.length > MAX_FAULTS) break;
        if (!Object.hasOwn(schema.properties, name)) faults.push({ pointer: `${ROOT}${jsonPointer([name])}`, detail: UNDECLARED });
      }
    }
    if (faults.length === 0) return { ok: true };
    const refusal = validationFailed(faults);
    // Only what is missing is told as such: a caller mends it otherwise than a value that is wrong.
    const onlyMissing = faults.every(({ detail }) => detail === REQUIRED);
    return { ok: false, refusal: onlyMissing ? { ...refusal, code: 'missing_variable' } : refusal };
  };
}

function faultOf(validate: ValidateFunction, pointer: string): Fault {
  const error = validate.errors?.[0];
  const at = `${pointer}${error?.instancePath ?? ''}`;
  const named = (name: unknown): string => `${at}${jsonPointer([String(name)])}`;
  if (error?.keyword === 'required') return { pointer: named(error.params['missingProperty']), detail: REQUIRED };
  if (error?.keyword === 'additionalProperties') return { pointer: named(error.params['additionalProperty']), detail: UNDECLARED };
  return { pointer: at, detail: error?.message ?? 'is not valid' };
}

function matcherOf(format: Format): (text: string) => boolean {
  const check = typeof format === 'object' && !(format instanceof RegExp) ? format.validate : format;
  if (check instanceof RegExp) return (text) => check.test(text);
  if (typeof check === 'function') return (text) => (check as (text: string) => boolean)(text);
  throw new Error('the format has no check of a text');
}
