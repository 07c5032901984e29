/** A target of the Dockerfile: which workspace it is made from, and what it starts. */
export interface Target {
  readonly workspace: string;
  readonly program: string;
  /** Whether it reads the template catalog. */
  readonly templates: boolean;
}

const app = (name: string): Target => ({ workspace: `apps/${name}`, program: `apps/${name}/dist/main.js`, templates: true });

/** Each app, and the command that brings the schema up to date. */
export const TARGETS: Readonly<Record<string, Target>> = {
  'intake-api': app('intake-api'),
  'stream-consumer': app('stream-consumer'),
  scheduler: { ...app('scheduler'), templates: false },
  'attempt-worker': app('attempt-worker'),
  'retention-job': { ...app('retention-job'), templates: false },
  migrate: { workspace: 'libs/persistence', program: 'libs/persistence/dist/migrate.js', templates: false },
};
