import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { AppModule } from '../app.module.js';
import { API_PREFIX, OPERATIONS, openApiDocument } from './openapi-document.js';

it('the committed document is what the code generates; `vitest -u` rewrites it', async () => {
  const file = fileURLToPath(new URL('../../../../docs/openapi.json', import.meta.url));
  const text = await format(JSON.stringify(openApiDocument()), { ...(await resolveConfig(file)), filepath: file });
  await expect(text).toMatchFileSnapshot(file);
});

it('every route of the controllers is in it, and nothing else', () => {
  const metadata = (target: object, key: string): unknown => Reflect.getMetadata(key, target);
  const METHODS = ['get', 'post'];
  const routes = AppModule.controllers.flatMap((controller) => {
    const names = Object.getOwnPropertyNames(controller.prototype).filter((name) => name !== 'constructor');
    const handlers = names.map((name) => (controller.prototype as unknown as Record<string, object>)[name] as object);
    return handlers.flatMap((handler) => {
      const path = metadata(handler, 'path');
      if (typeof path !== 'string') return [];
      const whole = `/${String(metadata(controller, 'path'))}/${path}`.replace(/\/+$/, '').replace(/:([a-z]+)/g, '{$1}');
      return [`${METHODS[metadata(handler, 'method') as number] ?? 'another'} ${whole}`];
    });
  });
  expect(routes.length).toBeGreaterThan(15);
  expect(OPERATIONS.map(({ method, path }) => `${method} ${API_PREFIX}${path}`).toSorted()).toEqual(routes.toSorted());
});
