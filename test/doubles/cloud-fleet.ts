import { NommerError, type ErrorCode } from '../../src/core/errors.ts';
import type { Fleet, FleetNode, LaunchRequest } from '../../src/core/ports.ts';
import type { ManualClock } from './manual-clock.ts';

/** As EC2: a token launches once, an answer may get lost, and a launch may be refused. */
export class CloudFleet implements Fleet {
  listed: FleetNode[] = [];
  readonly requests: LaunchRequest[] = [];
  terminated: string[] = [];
  lists = 0;
  losesAnswers = false;
  refusal: ErrorCode | undefined;
  readonly #batches = new Map<string, FleetNode[]>();
  readonly #clock: ManualClock;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  async nodes(): Promise<readonly FleetNode[]> {
    this.lists += 1;
    return this.listed;
  }

  async launch(request: LaunchRequest): Promise<readonly FleetNode[]> {
    this.requests.push(request);
    if (this.refusal !== undefined) throw new NommerError(this.refusal, 'no');
    const { token, count } = request;
    const batch =
      this.#batches.get(token) ??
      Array.from({ length: count }, (_, index) => ({
        nodeId: `${token}-${index}`,
        launchedAt: this.#clock.now(),
      }));
    if (!this.#batches.has(token)) this.listed.push(...batch);
    this.#batches.set(token, batch);
    if (this.losesAnswers) throw new NommerError('UNAVAILABLE', 'timed out');
    return batch;
  }

  async terminate(nodeIds: readonly string[]): Promise<void> {
    this.terminated.push(...nodeIds);
  }
}
