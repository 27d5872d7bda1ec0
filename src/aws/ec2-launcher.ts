import type { Clock } from '../core/clock.ts';
import { NommerError } from '../core/errors.ts';
import type { AwsClients } from './aws-clients.ts';
import type { DescribedNode } from './describe-nodes.ts';
import { noCapacity, type Refusal } from './ec2-refusal.ts';
import { launchCandidates, nameOf, type LaunchCandidate } from './launch-candidates.ts';
import type { LaunchLedger } from './launch-ledger.ts';
import { YOUNG_MS, type LaunchAttempt, type Reservation } from './reservation.ts';
import { runInstances, type LaunchSettings, type RunOutcome } from './run-instances.ts';

export interface Ec2LauncherOptions {
  readonly clients: AwsClients;
  readonly settings: LaunchSettings;
  readonly ledger: LaunchLedger;
  readonly userData: string;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
}

type Describe = () => Promise<readonly DescribedNode[]>;

/** What EC2 has refused is not asked for again so long. */
const COOL_OFF_MS = 300_000;

/** Makes the calls of RunInstances that a reserved launch takes, each noted in the ledger before. */
export class Ec2Launcher {
  readonly #options: Ec2LauncherOptions;
  /** By candidate: why and until when it is left alone. */
  readonly #coolOff = new Map<string, { error: NommerError; until: number }>();

  constructor(options: Ec2LauncherOptions) {
    this.#options = options;
  }

  /**
   * Tries one candidate after the other until all that was granted is started.
   * @returns what the launch holds at its end; undefined when it is not in the ledger any more
   * @throws NommerError as `Fleet.launch`
   */
  async run(token: string, describe: Describe): Promise<Reservation | undefined> {
    const { ledger, clock } = this.#options;
    for (;;) {
      const now = clock.now();
      const entry = await ledger.attempt(token, () => this.#candidate(), now);
      if (entry === undefined || entry.state === 'done') return entry;
      if (entry.attempt === null) {
        await ledger.complete(token);
        if (entry.instanceIds.length === 0) throw this.#whyNone();
        continue;
      }
      const outcome = await this.#call(entry, entry.attempt, now);
      const refusal = await this.#note(entry, entry.attempt, { outcome, describe });
      if (refusal !== undefined && !refusal.mayOtherDo) {
        await ledger.complete(token);
        throw refusal.error;
      }
    }
  }

  async #call(
    { token, pending }: Reservation,
    attempt: LaunchAttempt,
    since: number,
  ): Promise<RunOutcome> {
    const { clients, settings, userData, clock } = this.#options;
    return await runInstances(clients, settings, {
      token,
      attempt,
      count: pending,
      userData,
      // Others take it for settled some time after it was noted: whoever stood still meanwhile is too late.
      mayCall: () => clock.now() - since < YOUNG_MS,
    });
  }

  /** @returns what is to be told of it */
  async #note(
    { token }: Reservation,
    { candidate, clientToken }: LaunchAttempt,
    { outcome, describe }: { outcome: RunOutcome; describe: Describe },
  ): Promise<Refusal | undefined> {
    const { ledger, clock } = this.#options;
    const call = { token, clientToken };
    switch (outcome.kind) {
      case 'started':
        await ledger.started(call, outcome.instanceIds, clock.now());
        // Some, but not all: it is asked for the rest.
        if (outcome.instanceIds.length === 0) {
          this.#leaveAlone(candidate, noCapacity(candidate, 'it gave none'));
        }
        return undefined;
      case 'refused':
        await ledger.started(call, [], clock.now());
        if (outcome.mayOtherDo) this.#leaveAlone(candidate, outcome.error);
        return outcome;
      case 'unsure':
        await ledger.settle(call, { described: await describe(), mayMore: true });
        throw outcome.error;
      case 'spent':
      case 'gone':
        await ledger.settle(call, {
          described: await describe(),
          mayMore: outcome.kind === 'spent',
        });
        return undefined;
    }
  }

  /** What EC2 said last to those that were asked; rather what may pass by itself. */
  #whyNone(): NommerError {
    const errors = launchCandidates(this.#options.settings).flatMap(
      (candidate) => this.#coolOff.get(nameOf(candidate))?.error ?? [],
    );
    return errors.find(({ retryable }) => retryable) ?? errors[0] ?? noCandidates();
  }

  #candidate(): LaunchCandidate | undefined {
    const now = this.#options.clock.monotonic();
    return launchCandidates(this.#options.settings).find(
      (candidate) => !((this.#coolOff.get(nameOf(candidate))?.until ?? -Infinity) > now),
    );
  }

  #leaveAlone(candidate: LaunchCandidate, error: NommerError): void {
    const until = this.#options.clock.monotonic() + COOL_OFF_MS;
    this.#coolOff.set(nameOf(candidate), { error, until });
  }
}

function noCandidates(): NommerError {
  return new NommerError(
    'BAD_SETTING',
    'EC2_INSTANCE_TYPES: needed to launch nodes, received none',
  );
}
