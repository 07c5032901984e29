// Forked by compileMjml: takes the sources as one message, answers with one message, ends. It holds nothing else.
import mjml2html from 'mjml';

interface MjmlError {
  readonly line: number;
  readonly message: string;
  readonly tagName: string;
}

process.once('message', (sources: string[]) => {
  void Promise.all(sources.map(compile)).then((results) => {
    process.send?.(results, undefined, undefined, () => process.disconnect());
  });
});

async function compile(source: string) {
  try {
    // No web fonts: a mail must not tell a third party when it was opened.
    const { html } = await mjml2html(source, { validationLevel: 'strict', fonts: {}, keepComments: false });
    return { ok: true, html };
  } catch (error) {
    const errors = (error as { errors?: MjmlError[] }).errors;
    const faults = errors?.map(({ line, message, tagName }) => ({ line, message: `<${tagName}>: ${message}` }));
    return { ok: false, faults: faults ?? [{ line: 1, message: error instanceof Error ? error.message : String(error) }] };
  }
}
