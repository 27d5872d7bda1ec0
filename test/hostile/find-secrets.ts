import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where one of `secrets` is, in whatever form it can be found in, in `texts` or in files below `folder`. */
export async function findSecrets(
  secrets: readonly string[],
  texts: ReadonlyMap<string, string>,
  { folder, left }: { readonly folder: string; readonly left: readonly string[] },
): Promise<readonly string[]> {
  const forms = secrets.flatMap(formsOf);
  const bears = (content: Buffer) => forms.some((form) => content.includes(form));
  const found = [...texts].flatMap(([name, text]) => (bears(Buffer.from(text)) ? [name] : []));
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (!entry.isFile() || left.includes(file)) continue;
    if (bears(await readFile(file))) found.push(file.slice(folder.length + 1));
  }
  return found;
}

/** As it is, in UTF-16, in hexadecimal digits, and in base64 wherever it begins. */
function formsOf(secret: string): readonly Buffer[] {
  const base64 = [0, 1, 2].map((before) =>
    Buffer.from(`${'x'.repeat(before)}${secret}`)
      .toString('base64')
      .slice(4, -4),
  );
  const texts = [secret, Buffer.from(secret).toString('hex'), ...base64];
  return [...texts.map((text) => Buffer.from(text)), Buffer.from(secret, 'utf16le')];
}
