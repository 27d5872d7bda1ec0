/** Lines that only say that something went wrong before. */
const CONSEQUENCES = [
  /^Error (?:initializing|while (?:opening encoder|decoding stream|processing the decoded data|filtering)|splitting the argument list|opening (?:input|output) file|parsing options for|reinitializing filters|configuring filter graph|binding filtergraph|sending frames to consumers|submitting|marking filters as finished|applying options to the filter)/,
  /^(?:Failed to (?:inject frame|configure|set value)|Conversion failed|Could not (?:write header|open encoder)|Nothing was written|Terminating thread|Task finished with error|Cannot open libx265 encoder|Cannot determine format of input stream)/,
  /^Error setting encoder parameters/,
  /^\S+: (?:Invalid (?:data found when processing input|argument)|Operation not permitted)$/,
  /^\S+ frames left in the queue on closing/,
  /^Error (?:setting option|parsing) .* to value .*global/,
];

const ERROR_LEVEL = /\[(?:error|fatal|panic)\] ?/;
const COMPONENT = /\[([\w,.#:/ -]+) @ (?:0x)?[0-9a-f]+\] ?/g;
/** Encoders of others write to stderr in their own way: `x264 [error]: …`, `Svt[error]: …`. */
const OTHERS = /^(x26[45]|Svt)\s?\[error\]:\s*(.*)$/;

const NOT_LISTED = /Format not on whitelist '.*$/;

const MAX_LENGTH = 300;

/**
 * Picks the line in which FFmpeg tells why it failed, for a person: the last one that is no mere
 * consequence of another, without levels and addresses.
 * @returns null when there is none
 */
export function telling(lines: readonly string[]): string | null {
  const errors = lines.flatMap((line) => errorIn(line.trim()) ?? []);
  const causes = errors.filter(({ text }) => !CONSEQUENCES.some((pattern) => pattern.test(text)));
  const cause = causes.at(-1) ?? errors[0];
  if (cause === undefined) return null;
  const line = cause.component === null ? cause.text : `${cause.component}: ${cause.text}`;
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH - 1)}…` : line;
}

/** Whether FFmpeg marks the line as an error. */
export function isErrorLine(line: string): boolean {
  return errorIn(line.trim()) !== undefined;
}

function errorIn(line: string): { component: string | null; text: string } | undefined {
  const [, other, complaint] = OTHERS.exec(line) ?? [];
  if (other !== undefined && complaint !== undefined) return { component: other, text: complaint };
  if (!ERROR_LEVEL.test(line)) return undefined;
  const component = [...line.matchAll(COMPONENT)].at(-1)?.[1]?.split(',', 1)[0] ?? 'NULL';
  const text = line
    .replaceAll(COMPONENT, '')
    .replace(ERROR_LEVEL, '')
    .replaceAll('file:', '')
    .replace(NOT_LISTED, 'this format is not taken, because it can open other files')
    .trim();
  return text === '' ? undefined : { component: component === 'NULL' ? null : component, text };
}
