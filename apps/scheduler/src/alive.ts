import { alive } from '@mail/runtime/alive';

alive('scheduler');
