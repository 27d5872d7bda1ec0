export interface FilterUse {
  readonly name: string;
  /** Its parameters as FFmpeg hands them to it. */
  readonly parameters: string;
}

/**
 * The filters of a graph, read as FFmpeg reads it.
 * @returns undefined when it cannot be told what FFmpeg would make of it
 */
export function readFilterGraph(graph: string): readonly FilterUse[] | undefined {
  const filters: FilterUse[] = [];
  let rest = graph.replace(/^\s*sws_flags=[^;]*;/, '');
  do {
    rest = withoutLabels(rest);
    const named = takeToken(rest, '=,;[');
    const parameters = named.rest.startsWith('=')
      ? takeToken(named.rest.slice(1), '[],;')
      : undefined;
    // `name@id` gives a filter a name of its own.
    const name = named.token.split('@', 1)[0] ?? '';
    filters.push({ name, parameters: parameters?.token ?? '' });
    rest = withoutLabels(parameters?.rest ?? named.rest);
    if (rest !== '' && !/^[,;]/.test(rest)) return undefined;
    rest = rest.slice(1).trimStart();
  } while (rest !== '');
  return filters;
}

/** Splits at `separator`, as FFmpeg does with the parameters of one filter. */
export function splitParameters(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  for (let rest = text; rest !== '';) {
    const taken = takeToken(rest, separator);
    parts.push(taken.token);
    rest = taken.rest.slice(1);
  }
  return parts;
}

function withoutLabels(text: string): string {
  let rest = text.trimStart();
  while (rest.startsWith('[')) {
    const label = takeToken(rest.slice(1), ']');
    rest = label.rest.slice(1).trimStart();
  }
  return rest;
}

/** Takes quotes and backslashes out of what comes before one of `ends`. */
function takeToken(text: string, ends: string): { readonly token: string; readonly rest: string } {
  let token = '';
  let at = 0;
  for (; at < text.length && !ends.includes(text.charAt(at)); at++) {
    const char = text.charAt(at);
    if (char === '\\') {
      at += 1;
      token += text.charAt(at);
    } else if (char === "'") {
      const end = text.indexOf("'", at + 1);
      const quoted = end < 0 ? text.length : end;
      token += text.slice(at + 1, quoted);
      at = quoted;
    } else {
      token += char;
    }
  }
  return { token: token.trim(), rest: text.slice(at) };
}
