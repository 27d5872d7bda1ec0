import type { SubmitRequest } from '../../core/api-wire.ts';
import { NommerError, received } from '../../core/errors.ts';
import { destinationOf, takeApart, type Destination, type Naming } from './destination.ts';
import type { Refused, Source } from './find-sources.ts';
import type { ChosenOptions } from './job-options.ts';

export interface PlanParts {
  readonly destination: Destination;
  readonly chosen: ChosenOptions;
  /** `--name`. */
  readonly template?: string | undefined;
}

export interface Planned {
  readonly source: Source;
  readonly request: SubmitRequest;
}

export interface Plan {
  readonly planned: readonly Planned[];
  /** Sources without a sensible output. */
  readonly refused: readonly Refused[];
  /** Sources whose output would overwrite something of the same command: both are named. */
  readonly collisions: readonly Refused[];
}

/** One request for each source; no output overwrites another one's, or a source. */
export function planRequests(
  sources: readonly Source[],
  { destination, chosen, template }: PlanParts,
): Plan {
  const naming = { ...chosen, template };
  const planned: Planned[] = [];
  const refused: Refused[] = [];
  const collisions: Refused[] = [];
  const wanted = sources.filter((source) => !isOutput(source, destination, naming));
  const sourceAt = new Map(wanted.map((source) => [source.uri, source.name]));
  const takenBy = new Map<string, string>();
  for (const source of wanted) {
    try {
      const destPath = destinationOf(source, destination, naming);
      const victim = victimOf(destPath, source, { sourceAt, takenBy });
      if (victim !== undefined) {
        const thrown = new NommerError('BADINPUT', `Its output would overwrite ${victim}`);
        collisions.push({ source: source.name, thrown });
        continue;
      }
      takenBy.set(destPath, source.name);
      const request = {
        source_path: source.uri,
        dest_path: destPath,
        job_options: chosen.jobOptions,
      };
      planned.push({ source, request });
    } catch (thrown: unknown) {
      refused.push({ source: source.name, thrown });
    }
  }
  return { planned, refused, collisions };
}

interface Places {
  readonly sourceAt: ReadonlyMap<string, string>;
  readonly takenBy: ReadonlyMap<string, string>;
}

function victimOf(destPath: string, { name, uri }: Source, { sourceAt, takenBy }: Places) {
  if (destPath === uri) return 'the source itself';
  const source = sourceAt.get(destPath);
  if (source !== undefined) return `the source ${received(source)}`;
  const other = takenBy.get(destPath);
  return other === undefined || other === name ? undefined : `that of ${received(other)}`;
}

/** Whether something that was found is what an earlier run of the same command has made. */
function isOutput({ uri, found }: Source, destination: Destination, naming: Naming): boolean {
  if (found === null) return false;
  switch (destination.kind) {
    case 'beside':
      return naming.template === undefined && takeApart(uri).base.endsWith(`.${naming.suffix}`);
    case 'folder': {
      const isBelow = destination.uri.startsWith(found.root) && destination.uri !== found.root;
      return isBelow && uri.startsWith(destination.uri);
    }
    case 'file':
      return uri === destination.uri;
  }
}
