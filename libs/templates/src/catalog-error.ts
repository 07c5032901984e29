/** One fault of the catalog. `line` counts from 1; a fault of a whole file or folder is at line 1. */
export interface CatalogFault {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** A fault within a file that the finder does not know by name. */
export type LineFault = Omit<CatalogFault, 'file'>;

/** Every fault of every template, so that an author sees them in one go. A process that gets it does not start. */
export class CatalogError extends Error {
  override readonly name = 'CatalogError';
  readonly faults: readonly CatalogFault[];

  constructor(faults: readonly CatalogFault[]) {
    const sorted = [...faults].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line));
    super(`The template catalog has ${faults.length} fault(s):\n${sorted.map((f) => `${f.file}:${f.line}: ${f.message}`).join('\n')}`);
    this.faults = sorted;
  }
}
