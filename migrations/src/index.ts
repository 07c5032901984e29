import { InitialSchema1764000000000 } from './1764000000000-initial-schema.js';

/** Every migration, oldest first. A build needs a schema that has seen the last one. */
export const migrations = [InitialSchema1764000000000];

/** The name under which the newest migration is recorded. */
export const newestMigration = 'InitialSchema1764000000000';
