import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { nameOf, type Manifest } from '../manifest.ts';
import { FAMILIES } from './families.ts';
import { triggerFaults } from './keda-triggers.ts';

/** The declarations of a kind, as the package of its CRDs generates them from their schemas: all fields that there are. */
function declared({ apiVersion, kind }: Manifest): { checker: ts.TypeChecker; type: ts.Type } | null {
  const family = FAMILIES[apiVersion.split('/')[0] ?? ''];
  if (family === undefined) return null;
  const file = fileURLToPath(import.meta.resolve(`${family}/${apiVersion}/${kind}`)).replace(/\.js$/, '.d.ts');
  const options = { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, strict: true, noLib: false };
  const program = ts.createProgram([file], options);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const found = source?.statements.find((statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === `I${kind}`);
  return found === undefined ? null : { checker, type: checker.getTypeAtLocation(found) };
}

function walk(checker: ts.TypeChecker, value: unknown, given: ts.Type, path: string): string[] {
  const type = checker.getNonNullableType(given);
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) {
    const element = checker.getIndexTypeOfType(type, ts.IndexKind.Number);
    return element === undefined ? [] : value.flatMap((entry, index) => walk(checker, entry, element, `${path}[${index}]`));
  }
  const fields = checker.getPropertiesOfType(type);
  const any = checker.getIndexTypeOfType(type, ts.IndexKind.String);
  // Whatever there may be, such as the value of a metric.
  if (fields.length === 0 && any === undefined) return [];
  return Object.entries(value).flatMap(([key, entry]) => {
    const field = fields.find(({ name }) => name === key);
    const next = field === undefined ? any : checker.getTypeOfSymbol(field);
    return next === undefined ? [`${path}.${key} is no field there`] : walk(checker, entry, next, `${path}.${key}`);
  });
}

const known = new Map<string, ReturnType<typeof declared>>();

/** Fields of KEDA's and the Prometheus operator's kinds that do not exist: the server drops them without a word. */
export function extensionFieldFaults(manifest: Manifest): string[] {
  const key = `${manifest.apiVersion} ${manifest.kind}`;
  if (!known.has(key)) known.set(key, declared(manifest));
  const found = known.get(key);
  if (found == null) return [`${nameOf(manifest)}: ${key} is not known to the schemas`];
  return [...walk(found.checker, manifest, found.type, nameOf(manifest)), ...triggerFaults(manifest)];
}
