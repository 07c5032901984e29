import { alive } from '../src/alive.ts';

alive('scheduler');
