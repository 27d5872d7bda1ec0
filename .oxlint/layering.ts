import { relative, resolve } from 'node:path';
import { ROOMS, type Room } from './rooms.ts';

interface Context {
  readonly filename: string;
  readonly cwd: string;
  report(finding: { node: unknown; message: string }): void;
}

/** What the syntax tree's nodes with an import in them have in common. */
interface ImportingNode {
  readonly type: string;
  readonly source?: { readonly value?: unknown } | null;
  readonly importKind?: string;
  readonly exportKind?: string;
  readonly specifiers?: readonly { readonly importKind?: string; readonly exportKind?: string }[];
}

/** Refuses imports that the table of rooms does not allow. */
const layering = {
  create(context: Context) {
    const file = relative(resolve(context.cwd, 'src'), context.filename);
    if (file.startsWith('..')) return {};
    const room = roomOf(file);

    const check = (node: ImportingNode) => {
      const specifier = node.source?.value;
      if (typeof specifier !== 'string') return;
      const complaint = judge(room, file, { specifier, isType: importsTypesOnly(node) });
      if (complaint !== undefined) context.report({ node: node.source, message: complaint });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
      TSImportType: check,
    };
  },
};

export default { meta: { name: 'rooms' }, rules: { layering } };

function roomOf(file: string): Room | undefined {
  return ROOMS.filter(({ path }) => file === path || file.startsWith(`${path}/`))
    .toSorted((a, b) => a.path.length - b.path.length)
    .at(-1);
}

interface Import {
  readonly specifier: string;
  readonly isType: boolean;
}

function judge(room: Room | undefined, file: string, imported: Import): string | undefined {
  if (room === undefined)
    return `src/${file} is in no room (.oxlint/rooms.ts), so may import nothing`;
  return imported.specifier.startsWith('.')
    ? judgeOwn(room, file, imported)
    : judgePackage(room, imported.specifier);
}

function judgeOwn(room: Room, file: string, { specifier, isType }: Import): string | undefined {
  const target = relative('.', resolve(file, '..', specifier));
  const own = topOf(room.path);
  const theirs = topOf(target);
  // A part of a room with a row of its own opens onto its room, and the other way round.
  if (theirs === own || room.rooms.includes(theirs)) return undefined;
  // The one file that every program loads before anything else.
  if (target === 'require-node.js') return undefined;
  if (isType && room.types?.includes(theirs)) return undefined;
  return `src/${room.path} may not import ${isType ? 'types of ' : ''}${theirs} (.oxlint/rooms.ts)`;
}

function judgePackage(room: Room, specifier: string): string | undefined {
  const isNodes = specifier.startsWith('node:');
  // The environment has one reader, which needs no import for it; SQLite has one room.
  const isSpecial = specifier === 'node:process' || specifier === 'node:sqlite';
  if (isNodes && room.node && !isSpecial) return undefined;
  const isAllowed = room.packages.some((allowed) =>
    allowed.endsWith('*')
      ? specifier.startsWith(allowed.slice(0, -1))
      : specifier === allowed || specifier.startsWith(`${allowed}/`),
  );
  return isAllowed
    ? undefined
    : `src/${room.path} may not import the package ${specifier} (.oxlint/rooms.ts)`;
}

function importsTypesOnly({
  type,
  importKind,
  exportKind,
  specifiers = [],
}: ImportingNode): boolean {
  if (type === 'TSImportType' || importKind === 'type' || exportKind === 'type') return true;
  return (
    specifiers.length > 0 &&
    specifiers.every((each) => each.importKind === 'type' || each.exportKind === 'type')
  );
}

function topOf(path: string): string {
  return path.split('/', 1)[0] ?? path;
}
