import type { SubmitRequest } from '../../core/api-wire.ts';
import { NommerError, received } from '../../core/errors.ts';
import { destinationOf, type Destination } from './destination.ts';
import type { ChosenOptions } from './job-options.ts';
import { sourceUriOf } from './media-uri-of.ts';

export interface PlanParts {
  readonly destination: Destination;
  readonly chosen: ChosenOptions;
  readonly cwd: string;
}

export interface Plan {
  readonly requests: readonly SubmitRequest[];
  /** Sources that make no request, and why. */
  readonly refused: readonly { readonly source: string; readonly thrown: unknown }[];
}

/** One request for each source; two of them never write the same output. */
export async function planRequests(
  sources: readonly string[],
  { destination, chosen, cwd }: PlanParts,
): Promise<Plan> {
  const requests: SubmitRequest[] = [];
  const refused: { source: string; thrown: unknown }[] = [];
  const takenBy = new Map<string, string>();
  for (const source of sources) {
    try {
      const sourcePath = await sourceUriOf(source, cwd);
      const destPath = destinationOf(sourcePath, destination, chosen);
      const other = takenBy.get(destPath);
      if (other !== undefined) {
        throw new NommerError('BADINPUT', `Its output would overwrite that of ${received(other)}`);
      }
      takenBy.set(destPath, source);
      requests.push({
        source_path: sourcePath,
        dest_path: destPath,
        job_options: chosen.jobOptions,
      });
    } catch (thrown: unknown) {
      refused.push({ source, thrown });
    }
  }
  return { requests, refused };
}
