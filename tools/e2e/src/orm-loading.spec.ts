import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { APPS } from './mail-process.js';

/** How many files of TypeORM a process loads that starts this app. */
function filesOfTypeOrm(app: string): number {
  const script = `import { registerHooks } from 'node:module';
    let files = 0;
    registerHooks({ load: (url, context, next) => { files += url.includes('/typeorm/') ? 1 : 0; return next(url, context); } });
    await import(${JSON.stringify(new URL(`../../../apps/${app}/dist/boot.js`, import.meta.url).href)});
    console.log(files);
    process.exit();`;
  return Number(execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' }));
}

it('the ORM is loaded where entities are read, and nowhere else', () => {
  const loaded = APPS.filter((app) => filesOfTypeOrm(app) > 0);
  expect(loaded).toEqual(['intake-api']);
});
