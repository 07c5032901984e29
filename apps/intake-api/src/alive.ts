import { alive } from '@mail/runtime/alive';

alive('intake-api');
