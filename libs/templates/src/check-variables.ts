import type { Fault } from '@mail/domain';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { checkStrings } from './check-strings.js';
import type { VariablesCheck } from './template-version.js';
import { VARIABLE_FORMATS, VARIABLE_KEYWORDS } from './variable-keywords.js';
import type { VariablesSchema } from './variables-schema.js';

const MAX_FAULTS = 20;
const ROOT = '/content/variables';

const ajv = new Ajv2020({ strict: true, strictTypes: true, validateSchema: false, messages: true });
ajv.addVocabulary([...VARIABLE_KEYWORDS]);
addFormats.default(ajv, [...VARIABLE_FORMATS]);

const pointerTo = (parent: string, name: string): string => `${parent}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;

/**
 * Compiles the check of `TemplateVersion.checkVariables`. Each variable is validated by itself and up to its first
 * fault: a caller sees all variables that are wrong, and a hostile list of a million wrong items costs one fault.
 * Throws when the schema itself is not usable.
 */
export function compileVariablesCheck(
  schema: VariablesSchema,
  templateId: string,
): (variables: Readonly<Record<string, unknown>>) => VariablesCheck {
  const validators = Object.entries(schema.properties).map(([name, property]) => {
    const validate = ajv.compile(property);
    // Ajv keeps every schema that it has ever seen; versions come and go.
    ajv.removeSchema(property);
    return { name, property, validate, required: schema.required?.includes(name) ?? false };
  });
  return (variables) => {
    const faults: Fault[] = [];
    for (const { name, property, validate, required } of validators) {
      if (!Object.hasOwn(variables, name)) {
        if (required) faults.push({ pointer: pointerTo(ROOT, name), detail: 'is required' });
      } else if (!validate(variables[name])) {
        faults.push(faultOf(validate, pointerTo(ROOT, name)));
      } else {
        const fault = checkStrings(property, variables[name], pointerTo(ROOT, name));
        if (fault) faults.push(fault);
      }
    }
    if (schema.additionalProperties === false) {
      for (const name of Object.keys(variables)) {
        if (faults.length >= MAX_FAULTS) break;
        if (!Object.hasOwn(schema.properties, name))
          faults.push({ pointer: pointerTo(ROOT, name), detail: 'is not a variable of this template' });
      }
    }
    if (faults.length === 0) return { ok: true };
    const detail = `Variables of ${templateId} are missing or not valid`;
    return { ok: false, refusal: { code: 'missing_variable', detail, faults: faults.slice(0, MAX_FAULTS) } };
  };
}

function faultOf(validate: ValidateFunction, pointer: string): Fault {
  const error = validate.errors?.[0];
  const at = `${pointer}${error?.instancePath ?? ''}`;
  if (error?.keyword === 'required') return { pointer: pointerTo(at, String(error.params['missingProperty'])), detail: 'is required' };
  if (error?.keyword === 'additionalProperties') {
    return { pointer: pointerTo(at, String(error.params['additionalProperty'])), detail: 'is not a variable of this template' };
  }
  return { pointer: at, detail: error?.message ?? 'is not valid' };
}
