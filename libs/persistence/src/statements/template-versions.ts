import { run, statement, type Runner } from '../statement.js';

/** A template version as its process brought it: plain JSON that the templates library makes and revives. */
export interface RecordedTemplateVersion {
  readonly template_id: string;
  readonly template_hash: string;
}

// Records the versions that a process brings: $1 ids, $2 hashes, $3 versions, in step. Known ones stay as they are.
const recordVersions = statement(
  'record_template_versions',
  ['template_versions_pkey'],
  `insert into template_versions (template_id, template_hash, version, recorded_at)
  select template_id, template_hash, version, date_trunc('milliseconds', now())
  from unnest($1::text[], $2::text[], $3::jsonb[]) as t(template_id, template_hash, version)
  order by template_id, template_hash
  on conflict (template_id, template_hash) do nothing`,
);

export async function recordTemplateVersions(runner: Runner, versions: readonly RecordedTemplateVersion[]): Promise<void> {
  await run(runner, recordVersions, [
    versions.map(({ template_id }) => template_id),
    versions.map(({ template_hash }) => template_hash),
    versions.map((version) => JSON.stringify(version)),
  ]);
}

// One version of a template, for a mail that was accepted by another build. Served by template_versions_pkey.
const readVersion = statement<{ version: RecordedTemplateVersion }>(
  'read_template_version',
  ['template_versions_pkey'],
  `select version from template_versions where template_id = $1 and template_hash = $2`,
);

export async function readTemplateVersion(
  runner: Runner,
  templateId: string,
  templateHash: string,
): Promise<RecordedTemplateVersion | null> {
  const rows = await run(runner, readVersion, [templateId, templateHash]);
  return rows[0]?.version ?? null;
}
