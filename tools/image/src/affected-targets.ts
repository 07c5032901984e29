import { TARGETS } from './targets.ts';

/** How every image is made, and what is in each without being of a project. */
const OF_EVERY_IMAGE = /^(Dockerfile|\.dockerignore|package-lock\.json|\.npmrc|\.nvmrc|tools\/image\/src\/(?!.*\.spec\.ts$).*)$/;
const TEMPLATES = /^templates\//;

/** The targets that a change concerns: by its projects, as Nx sees them, and by its files. */
export function affectedTargets(projects: readonly string[], files: readonly string[], nameOf: (workspace: string) => string): string[] {
  const all = files.some((file) => OF_EVERY_IMAGE.test(file));
  const templates = files.some((file) => TEMPLATES.test(file));
  return Object.entries(TARGETS)
    .filter(([, target]) => all || (templates && target.templates) || projects.includes(nameOf(target.workspace)))
    .map(([name]) => name);
}
