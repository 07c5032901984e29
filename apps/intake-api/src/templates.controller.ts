import { Body, Controller, Get, Header, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { parsePreviewRequest } from '@mail/domain';
import type { JsonSchema } from './openapi/json-schemas.js';
import type { TemplateCatalog, TemplateVersion } from '@mail/templates';
import { previewTemplate } from './preview-template.js';
import type { PreviewAnswer, ShownTemplate, TemplateAnswer } from './openapi/answers/template.js';
import { ProblemError } from './problem.js';
import { optionalBodyOf } from './request/body-of.js';

export interface TemplatesOptions {
  readonly catalog: TemplateCatalog;
  readonly maxCommandBytes: number;
}

/** Injects the `TemplatesOptions`. */
export const TEMPLATES_OPTIONS = Symbol('templates options');

/** The catalog of this process. It lies in memory: nothing here waits for a database. */
@Controller('api/v1/internal')
export class TemplatesController {
  constructor(@Inject(TEMPLATES_OPTIONS) private readonly options: TemplatesOptions) {}

  @Get('templates')
  list() {
    return { items: this.options.catalog.all().map((version) => this.view(version)), next_cursor: null };
  }

  @Get('templates/:id')
  show(@Param('id') id: string): ShownTemplate {
    const version = this.find(id);
    const { variables_schema } = version.stored;
    return {
      ...this.view(version),
      variables_schema: variables_schema as JsonSchema,
      examples: this.options.catalog.about(id)?.examples ?? {},
    };
  }

  @Post('templates/:id/preview')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  preview(@Param('id') id: string, @Body() body: unknown): PreviewAnswer {
    const version = this.find(id);
    const parsed = parsePreviewRequest(optionalBodyOf(body), this.options.maxCommandBytes);
    if (!parsed.ok) throw new ProblemError(parsed.refusal);
    return previewTemplate(this.options.catalog, version, parsed.request);
  }

  private view(version: TemplateVersion): TemplateAnswer {
    return {
      template_id: version.templateId,
      template_hash: version.templateHash,
      owner: version.owner,
      description: this.options.catalog.about(version.templateId)?.description ?? null,
      default_locale: version.defaultLocale,
      locales: version.locales,
      on_uncertain: version.onUncertain,
      secret_names: version.secretNames,
    };
  }

  private find(id: string): TemplateVersion {
    const version = this.options.catalog.get(id);
    if (version === undefined) throw ProblemError.of('not_found', 'There is no such template in the catalog of this process.');
    return version;
  }
}
