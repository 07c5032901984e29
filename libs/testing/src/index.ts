export * from './smtp-sink.js';
export * from './smtp-sink-certificate.js';
export * from './smtp-sink-raw.js';
export * from './eventually.js';
export * from './test-database.js';
export * from './test-stream.js';
export * from './bad-input/index.js';
