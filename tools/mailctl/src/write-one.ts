import type { Context } from './context.js';
import { jsonLine } from './output/plain-text.js';

/** Writes one answer: as the service gave it, on one line of JSON, or as text. */
export async function writeOne<Answer>(
  context: Context,
  answer: Answer,
  text: (answer: Answer, context: Context) => string,
): Promise<void> {
  await context.screen.write(context.json ? `${jsonLine(answer)}\n` : text(answer, context));
}
