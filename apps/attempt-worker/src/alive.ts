import { alive } from '@mail/runtime/alive';

alive('attempt-worker');
