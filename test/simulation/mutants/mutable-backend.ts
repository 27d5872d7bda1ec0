import { JobStateBackend, type JobStateBackendParts } from '../../../src/core/job-state-backend.ts';
import type { JobRule, Ruling } from '../../../src/core/job-rules/ruling.ts';

/** The production backend, with a bug planted into the rules that go through it. */
export class MutableBackend extends JobStateBackend {
  readonly #mutate: (rule: JobRule) => JobRule;

  constructor(parts: JobStateBackendParts, mutate: (rule: JobRule) => JobRule) {
    super(parts);
    this.#mutate = mutate;
  }

  override change(uniqueId: string, rule: JobRule): Promise<Ruling> {
    return super.change(uniqueId, this.#mutate(rule));
  }
}
