export * from './mail-provider.js';
export * from './outgoing-mail.js';
export * from './stub-provider.js';
