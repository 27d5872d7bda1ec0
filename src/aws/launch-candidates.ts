import type { Settings } from '../conf/settings.ts';

export type CandidateSettings = Pick<Settings, 'ec2InstanceTypes' | 'ec2Market' | 'ec2Subnets'>;

/** One way to get an instance. */
export interface LaunchCandidate {
  readonly market: 'on-demand' | 'spot';
  readonly instanceType: string;
  /** None: EC2 chooses one of the default VPC. */
  readonly subnet: string | null;
}

/** In the order in which they are tried: every type of the better market first, each in every subnet. */
export function launchCandidates({
  ec2InstanceTypes,
  ec2Market,
  ec2Subnets,
}: CandidateSettings): readonly LaunchCandidate[] {
  const markets: readonly LaunchCandidate['market'][] =
    ec2Market === 'spot-then-on-demand' ? ['spot', 'on-demand'] : [ec2Market];
  const subnets = ec2Subnets.length === 0 ? [null] : ec2Subnets;
  return markets.flatMap((market) =>
    ec2InstanceTypes.flatMap((instanceType) =>
      subnets.map((subnet) => ({ market, instanceType, subnet })),
    ),
  );
}

/** For a person, and to tell candidates apart: `c7i.xlarge (spot, subnet-1)`. */
export function nameOf({ market, instanceType, subnet }: LaunchCandidate): string {
  return `${instanceType} (${subnet === null ? market : `${market}, ${subnet}`})`;
}
