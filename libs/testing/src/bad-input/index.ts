export type * from './bad-input-case.js';
export { GAME_VARIABLES, VALID_COMMAND } from './command-text.js';
export { CANARY_DOMAIN, CANARY_HEADER } from './injection-cases.js';
export * from './command-cases.js';
export * from './http-request-cases.js';
export * from './stream-entry-cases.js';
export * from './with-source.js';
export * from './fuzz-settings.js';
export * from './nearly-valid-command.js';
