import { alive } from '@mail/runtime/alive';

alive('stream-consumer');
