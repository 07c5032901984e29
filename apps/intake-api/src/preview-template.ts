import { validationFailed, type PreviewRequest, type Refusal } from '@mail/domain';
import type { TemplateCatalog, TemplateVersion } from '@mail/templates';
import type { PreviewAnswer } from './openapi/answers/template.js';
import { ProblemError } from './problem.js';

/** A template of this process's catalog as it would look, with the given variables, or with the examples of its manifest. */
export function previewTemplate(catalog: TemplateCatalog, version: TemplateVersion, { locale, variables }: PreviewRequest): PreviewAnswer {
  const { templateId, templateHash } = version;
  const shown = variables ?? catalog.about(templateId)?.examples ?? {};
  const checked = version.checkVariables(shown);
  if (!checked.ok) throw new ProblemError(ofThisRequest(checked.refusal));
  const resolved = version.resolveLocale(locale);
  const rendered = version.render(resolved, shown);
  if (!rendered.ok) {
    const detail = `do not render this template: ${rendered.error}`;
    throw new ProblemError(validationFailed([{ pointer: '/variables', detail }]));
  }
  const { subject, text, html } = rendered;
  return { template_id: templateId, template_hash: templateHash, locale: resolved, subject, text, html };
}

/** The variables stand elsewhere than in a command. */
function ofThisRequest({ code, detail, faults }: Refusal): Refusal {
  const here = (text: string): string => text.replace('/content/variables/', '/variables/');
  return { code, detail: here(detail), faults: faults.map((fault) => ({ ...fault, pointer: here(fault.pointer) })) };
}
