export { AttemptEntity } from './attempt.entity.js';
export { DeliveryEntity } from './delivery.entity.js';
export * from './open-entity-database.js';
export * from './read-delivery.js';
export { RecipientEntity } from './recipient.entity.js';
