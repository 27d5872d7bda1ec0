import { total, type Tally } from './tally.ts';

/**
 * Dollars for a million, us-east-1, without what is free of each month. Tables on demand:
 * https://aws.amazon.com/dynamodb/pricing/on-demand/; standard queues: https://aws.amazon.com/sqs/pricing/;
 * S3 Standard: https://aws.amazon.com/s3/pricing/. DELETE and calls to
 * EC2 are free.
 */
export const DOLLARS_PER_MILLION = {
  writeUnits: 0.625,
  readUnits: 0.125,
  sqsRequests: 0.4,
  s3Puts: 5,
  s3Gets: 0.4,
} as const;

export type Paid = Readonly<Record<keyof typeof DOLLARS_PER_MILLION, number>>;

export function paidOf(tally: Tally): Paid {
  const { write, read } = total(tally);
  const s3 = (methods: readonly string[]) =>
    total(tally, ({ service, operation }) => service === 'S3' && methods.includes(operation));
  return {
    writeUnits: write,
    readUnits: read,
    sqsRequests: total(tally, ({ service }) => service === 'SQS').requests,
    s3Puts: s3(['PUT', 'POST']).requests,
    s3Gets: s3(['GET', 'HEAD']).requests,
  };
}

export function dollarsFor(paid: Paid): number {
  const names = Object.keys(DOLLARS_PER_MILLION) as (keyof Paid)[];
  return names.reduce((sum, name) => sum + (paid[name] * DOLLARS_PER_MILLION[name]) / 1e6, 0);
}
