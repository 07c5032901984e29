import type { Drill } from '../drill.ts';
import { commandStreamDrills } from './command-stream.ts';
import { conservationDrills } from './conservation.ts';
import { hungProcessDrills } from './hung-processes.ts';
import { slowMailDrills } from './slow-mail.ts';
import { smtpServerDrills } from './smtp-server.ts';

/** One for each alert, the longest first: they are shared out among systems that run side by side. */
export const drills: readonly Drill[] = [
  ...slowMailDrills,
  ...smtpServerDrills,
  ...hungProcessDrills.toReversed(),
  ...commandStreamDrills,
  ...conservationDrills,
];
