export * from './compose-mime.js';
export * from './mail-provider.js';
export * from './outgoing-mail.js';
export * from './stub-provider.js';
