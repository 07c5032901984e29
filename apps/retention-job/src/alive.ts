import { alive } from '@mail/runtime/alive';

alive('retention-job');
