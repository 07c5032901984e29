import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { examplesOf } from './arguments.js';
import { createProgram, forEachCommand } from './program.js';
import { reference } from './reference.js';

const PAGE = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'docs', 'mailctl.md');

it('the page is that of the commands; `vitest -u` rewrites it', async () => {
  const text = await format(reference(createProgram()), { ...(await resolveConfig(PAGE)), filepath: PAGE });
  await expect(text).toMatchFileSnapshot(PAGE);
});

it('every command has an example', () => {
  forEachCommand(createProgram(), (command) => {
    if (command.commands.length > 0) return;
    expect([command.name(), examplesOf(command).length]).not.toEqual([command.name(), 0]);
  });
});
