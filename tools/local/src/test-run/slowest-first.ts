/** What runs for long, longest first: begun last, one of these alone would hold up the end. Others of a folder of this list come after them. */
const LONG = [
  'tools/image/src/image.spec.ts',
  'tools/runbooks/src/test-runbooks.spec.ts',
  'tools/e2e/src/console/console.spec.ts',
  'tools/e2e/',
  'libs/runtime/',
  'libs/persistence/',
];

/** The files in the order in which to begin them. */
export function slowestFirst<File>(files: readonly File[], nameOf: (file: File) => string): File[] {
  const rank = (file: File): number => {
    const at = LONG.findIndex((begin) => nameOf(file).startsWith(begin));
    return at < 0 ? LONG.length : at;
  };
  return [...files].sort((a, b) => rank(a) - rank(b) || nameOf(a).localeCompare(nameOf(b)));
}
