import type pg from 'pg';

// Everything that the migrations make, as statements that make it again, in an order that does not depend on the server.
// Left out: TypeORM's own table of migrations, compression (the server decides), and the constraints by which PostgreSQL 18
// keeps NOT NULL, which 15 to 17 keep at the column.
const SCHEMA = `with tables as (
    select c.oid, c.relname collate "C" as name, c.reloptions from pg_class c
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname <> 'migrations'
  ),
  columns as (
    select a.attrelid as oid, a.attnum::int as place, concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
      case when a.attnotnull then 'not null' end, 'default ' || pg_get_expr(d.adbin, d.adrelid)) as line
    from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attnum > 0 and not a.attisdropped
  ),
  constraints as (
    select conrelid as oid, conname collate "C" as name, contype, 'constraint ' || quote_ident(conname) || ' ' || pg_get_constraintdef(oid) as line
    from pg_constraint where contype in ('p', 'u', 'c', 'x', 'f')
  ),
  statements as (
    select 1 as part, tables.name, '' as second, 'create table ' || quote_ident(tables.name) || E' (\\n'
      || (select string_agg('  ' || line, E',\\n' order by part, place, name) from (
            select 1 as part, place, '' collate "C" as name, line from columns where columns.oid = tables.oid
            union all select 2, 0, constraints.name, line from constraints where constraints.oid = tables.oid and contype <> 'f'
          ) as lines)
      || E'\\n)' || coalesce(E' with (\\n' || (select string_agg('  ' || replace(option, '=', ' = '), E',\\n' order by option collate "C") from unnest(reloptions) option) || E'\\n)', '') as sql
    from tables
    union all
    select 2, tables.name, constraints.name, 'alter table ' || quote_ident(tables.name) || ' add ' || line
    from constraints join tables using (oid) where contype = 'f'
    union all
    select 3, tables.name, i.relname, pg_get_indexdef(x.indexrelid)
    from pg_index x join tables on tables.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
    where not exists (select from pg_constraint where conindid = x.indexrelid and contype in ('p', 'u', 'x'))
    union all
    select 4, p.proname, '', trim(trailing E'\\n' from pg_get_functiondef(p.oid)) from pg_proc p where p.pronamespace = 'public'::regnamespace
    union all
    select 5, tables.name, t.tgname, pg_get_triggerdef(t.oid) from pg_trigger t join tables on tables.oid = t.tgrelid where not t.tgisinternal
    union all
    select 6, tables.name, a.attname, format('alter table %I alter column %I set statistics %s', tables.name, a.attname, a.attstattarget)
    from pg_attribute a join tables on tables.oid = a.attrelid where a.attnum > 0 and not a.attisdropped and a.attstattarget >= 0
  )
  select sql from statements order by part, name collate "C", second collate "C"`;

/** The schema of a migrated database, as SQL: the same text from every server version for the same migrations. */
export async function dumpSchema(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ sql: string }>(SCHEMA);
  return rows.map(({ sql }) => `${sql};\n`).join('\n');
}
