import { addressHash } from './hash-addresses.js';
import { readConfig } from './config/read-config.js';

// What stands in the log for each address that is named, one line for each key of MAIL_SECRETS_KEY, the one that hashes today first:
//   node libs/runtime/dist/print-address-hash.js ada@example.com
const reading = readConfig(process.env, 'intake-api');
const addresses = process.argv.slice(2);
if (!reading.ok || reading.config.secretKeys.length === 0 || addresses.length === 0) {
  const faults = reading.ok ? [] : reading.faults;
  console.error(
    ['usage: print-address-hash.js <address> …, in the environment of a process that has MAIL_SECRETS_KEY', ...faults].join('\n'),
  );
  process.exit(64);
}
for (const address of addresses) {
  for (const key of reading.config.secretKeys) console.log(`address:${addressHash(address, key.addresses)}`);
}
