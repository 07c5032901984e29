import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { projectRoot } from './project-root.ts';

/** What a build may read, the same for every caller. */
export const FIXED: Readonly<Record<string, string>> = {
  NODE_ENV: 'production',
  LANG: 'C.UTF-8',
  TZ: 'UTC',
  CI: 'true',
  NX_DAEMON: 'false',
  NX_NO_CLOUD: 'true',
  NX_TUI: 'false',
};

/**
 * The whole environment of every build, so that the builds of a test, of `npm start` and of CI are the same. NODE_ENV, NODE_OPTIONS, VITE_*,
 * BROWSERSLIST, a locale or a time zone of the caller could each change one. Of the caller it has where programs, the home and temporary files are.
 */
export function buildEnvironment(caller: Readonly<NodeJS.ProcessEnv> = process.env): Record<string, string> {
  return {
    ...FIXED,
    // The pinned Node first.
    PATH: [join(projectRoot, 'node_modules', '.bin'), caller['PATH'] ?? ''].join(delimiter),
    HOME: caller['HOME'] ?? tmpdir(),
    TMPDIR: tmpdir(),
  };
}
