export * from './smtp-sink.js';
export * from './smtp-sink-certificate.js';
export * from './smtp-sink-raw.js';
