// Forked by compileMjml: takes its order as one message, answers with one message, ends. It holds nothing else.
import mjml2html from 'mjml';
import type { MjmlOrder } from './compile-mjml.js';

interface MjmlError {
  readonly line: number;
  readonly message: string;
  readonly tagName: string;
}

process.once('message', ({ sources, options }: MjmlOrder) => {
  void Promise.all(sources.map((source) => compile(source, options))).then((results) => {
    process.send?.(results, undefined, undefined, () => process.disconnect());
  });
});

async function compile(source: string, options: MjmlOrder['options']) {
  try {
    const { html } = await mjml2html(source, options);
    return { ok: true, html };
  } catch (error) {
    const errors = (error as { errors?: MjmlError[] }).errors;
    const faults = errors?.map(({ line, message, tagName }) => ({ line, message: `<${tagName}>: ${message}` }));
    return { ok: false, faults: faults ?? [{ line: 1, message: error instanceof Error ? error.message : String(error) }] };
  }
}
