import { InitialSchema1764000000000 } from './1764000000000-initial-schema.js';
import { DeliveriesKnowTheirStream1764050000000 } from './1764050000000-deliveries-know-their-stream.js';
import { IndexQueuedDeliveries1764050100000 } from './1764050100000-index-queued-deliveries.js';
import { EndsThatFit1764050200000 } from './1764050200000-ends-that-fit.js';
import { CompiledBodies1764100000000 } from './1764100000000-compiled-bodies.js';
import { ListedByAddressAndTag1764200000000 } from './1764200000000-listed-by-address-and-tag.js';
import { DateRecipientsAndTags1764200100000 } from './1764200100000-date-recipients-and-tags.js';
import { IndexLists1764200200000 } from './1764200200000-index-lists.js';
import { MalformedCommandsAreReplayed1764300000000 } from './1764300000000-malformed-commands-are-replayed.js';
import { ResendPlans1764350000000 } from './1764350000000-resend-plans.js';
import { PlansKnowTheirTrace1764360000000 } from './1764360000000-plans-know-their-trace.js';
import { PlansForAQueue1764370000000 } from './1764370000000-plans-for-a-queue.js';
import { SupersessionsAreDeferred1764380000000 } from './1764380000000-supersessions-are-deferred.js';
import { AttemptsKnowTheirTrouble1764410000000 } from './1764410000000-attempts-know-their-trouble.js';
import { IndexRefusedAttempts1764410100000 } from './1764410100000-index-refused-attempts.js';
import { KeyedFingerprints1764420000000 } from './1764420000000-keyed-fingerprints.js';
import { StreamsAreCounted1764450000000 } from './1764450000000-streams-are-counted.js';

/** Every migration, oldest first. A build needs a schema that has seen the last one. */
export const migrations = [
  InitialSchema1764000000000,
  DeliveriesKnowTheirStream1764050000000,
  IndexQueuedDeliveries1764050100000,
  EndsThatFit1764050200000,
  CompiledBodies1764100000000,
  ListedByAddressAndTag1764200000000,
  DateRecipientsAndTags1764200100000,
  IndexLists1764200200000,
  MalformedCommandsAreReplayed1764300000000,
  ResendPlans1764350000000,
  PlansKnowTheirTrace1764360000000,
  PlansForAQueue1764370000000,
  SupersessionsAreDeferred1764380000000,
  AttemptsKnowTheirTrouble1764410000000,
  IndexRefusedAttempts1764410100000,
  KeyedFingerprints1764420000000,
  StreamsAreCounted1764450000000,
];

/** The name under which the newest migration is recorded. */
export const newestMigration = 'StreamsAreCounted1764450000000';
