import { JobStateBackend } from '../../../src/core/job-state-backend.ts';
import { redact } from '../../../src/core/redact.ts';
import type { Logger } from '../../../src/daemon/logger.ts';
import type { Danger } from '../dangers.ts';
import type { Installation } from '../installation.ts';
import { MutableBackend } from '../mutants/mutable-backend.ts';
import type { Soil } from '../mutants/mutant.ts';
import { portsOf, type Ports } from '../ports.ts';
import type { SimProcess } from '../world/sim-process.ts';

/** What both daemons are made of, with the mutant of the run planted, if there is one. */
export function composeParts(soil: Soil): {
  ports: Ports;
  backend: JobStateBackend;
  logger: Logger;
} {
  const { process, installation } = soil;
  const { mutant } = installation;
  const own = portsOf(process, installation);
  const ports = mutant?.ports?.(own, soil) ?? own;
  const logger = loggerOf(process, installation);
  const parts = {
    ...ports,
    clock: process.clock,
    onHintLost: (uniqueId: string) => logger.warn(`${uniqueId}: could not announce a change`),
  };
  const { rule } = mutant ?? {};
  const backend =
    rule === undefined
      ? new JobStateBackend(parts)
      : new MutableBackend(parts, (each) => rule(each, soil));
  return { ports, backend, logger };
}

/** What daemons say when they are in danger. */
const SAID: Readonly<Record<string, Danger>> = {
  'lease not confirmed in time; giving the job up': 'a node fences itself off',
  'the end of the attempt came too late': 'the end of an attempt comes too late',
};

/** Notes in the trace what a daemon logs. */
function loggerOf(process: SimProcess, { world, judge, facts }: Installation): Logger {
  const write = (first: unknown, message?: string) => {
    const said = message ?? (typeof first === 'string' ? first : '');
    const fields = typeof first === 'object' && first !== null ? Object.values(first) : [];
    const texts = fields.map((field) =>
      field instanceof Error ? `${field.name}: ${field.message}` : String(field),
    );
    // As production does with every line before it is written.
    const line = redact([said, ...texts].join(' | '));
    judge.tell('said', { where: 'a log', text: line });
    const danger = SAID[said];
    if (danger !== undefined) facts.count(danger);
    world.note(process.name, `“${line}”`);
  };
  const logger = {
    info: write,
    warn: write,
    error: write,
    child: () => logger,
  };
  return logger as unknown as Logger;
}
