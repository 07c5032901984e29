import { tagName } from '@mail/domain';
import { schemaOf, type JsonSchema } from './json-schemas.js';

/** Of a parameter, or a property, that names a tag to find deliveries by: `tag.<name>`. */
export function tagProperties(): Readonly<Record<string, JsonSchema>> {
  const pattern = String(schemaOf(tagName)['pattern']).replace(/^\^/, '');
  return { [`^tag\\.${pattern}`]: { type: 'string', maxLength: 1024 } };
}
