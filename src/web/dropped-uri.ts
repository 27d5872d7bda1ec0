/** A DataTransfer, as far as it matters here. */
export interface Dropped {
  getData(type: string): string;
  readonly files: ArrayLike<{ readonly name: string }>;
}

/** What somebody has dropped, as a source; or a word on why it cannot be one. */
export interface DroppedUri {
  readonly uri?: string;
  readonly hint?: string;
}

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

/**
 * A link, or text with a path or URL in it. Of a file browsers tell only the name: it is put where the
 * source before was.
 */
export function droppedUri(data: Dropped | null, before: string): DroppedUri {
  const link = data
    ?.getData('text/uri-list')
    .split(/\r?\n/)
    .find((line) => SCHEME.test(line));
  if (link !== undefined) return { uri: link };
  const text = data?.getData('text/plain').trim().split('\n', 1)[0] ?? '';
  if (text !== '') return { uri: text };
  const name = data?.files[0]?.name;
  if (name === undefined) return {};
  const folder = toUri(before).slice(0, toUri(before).lastIndexOf('/') + 1) || 'file:///';
  return {
    uri: folder + encodeURIComponent(name),
    hint: 'Browsers tell a page the name of a file, and not where it is: complete the path.',
  };
}

/** An absolute path is the file's URI; anything else is left to feederd to judge. */
export function toUri(text: string): string {
  const given = text.trim();
  if (!given.startsWith('/')) return given;
  return `file://${given.split('/').map(encodeURIComponent).join('/')}`;
}
