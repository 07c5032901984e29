export * from './compose-mime.js';
export * from './mail-provider.js';
export * from './outgoing-mail.js';
export * from './phase-times.js';
export * from './smtp-provider.js';
export type { SmtpOptions } from './smtp/smtp-options.js';
export * from './stub-provider.js';
