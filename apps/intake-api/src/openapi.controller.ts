import { Controller, Get } from '@nestjs/common';
import { openApiDocument } from './openapi/openapi-document.js';

/** What all the others promise. */
@Controller('api/v1/internal')
export class OpenApiController {
  /** Made once: it does not change while a process lives. */
  private readonly document = openApiDocument();

  @Get('openapi.json')
  show() {
    return this.document;
  }
}
