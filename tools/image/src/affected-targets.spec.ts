import { describe, expect, it } from 'vitest';
import { affectedTargets } from './affected-targets.ts';
import { TARGETS } from './targets.ts';

const nameOf = (workspace: string): string => `@mail/${workspace.split('/')[1]}`;
const APPS_WITH_TEMPLATES = ['intake-api', 'stream-consumer', 'attempt-worker'];

describe('the images that a change makes different', () => {
  it.each([
    ['an app', ['@mail/scheduler'], ['apps/scheduler/src/main.ts'], ['scheduler']],
    [
      'what two apps stand on',
      ['@mail/provider', '@mail/attempt-worker', '@mail/intake-api'],
      ['libs/provider/src/x.ts'],
      ['intake-api', 'attempt-worker'],
    ],
    ['a migration', ['@mail/migrations', '@mail/persistence'], ['migrations/src/x.ts'], ['migrate']],
    ['the catalog', [], ['templates/auth.login_code/en/body.mjml'], APPS_WITH_TEMPLATES],
    ['what is installed', [], ['package-lock.json'], Object.keys(TARGETS)],
    ['how they are laid out', ['@mail/image'], ['tools/image/src/lay-out-image.ts'], Object.keys(TARGETS)],
    ['a spec of that', ['@mail/image'], ['tools/image/src/image.spec.ts'], []],
    ['documents', [], ['docs/states.md'], []],
  ])('are those of %s', (_what, projects, files, targets) => {
    expect(affectedTargets(projects, files, nameOf)).toEqual(targets);
  });
});
