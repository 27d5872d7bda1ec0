import type { LeaderRecord, Leadership } from '../../src/core/ports.ts';

/** The leader's record in memory; can be cut off, and can lose its answers. */
export class MemoryLeadership implements Leadership {
  record: LeaderRecord | undefined;
  /** Thrown by every call. */
  outage: Error | undefined;
  losesAnswers = false;

  async read(): Promise<LeaderRecord | undefined> {
    if (this.outage !== undefined) throw this.outage;
    return this.record;
  }

  async replace(record: LeaderRecord): Promise<boolean> {
    if (this.outage !== undefined) throw this.outage;
    if (record.term !== (this.record?.term ?? 0) + 1) return false;
    this.record = record;
    if (this.losesAnswers) throw new Error('timed out');
    return true;
  }
}
