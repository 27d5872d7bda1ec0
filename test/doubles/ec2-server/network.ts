import { Ec2Error, listOf } from './instances.ts';

export interface Ec2Group {
  readonly id: string;
  readonly name: string;
  readonly vpc: string;
}

/** Subnets of VPCs that are not the default one, and what is in those VPCs. */
export class Network {
  /** By subnet: its VPC. */
  readonly subnets = new Map<string, string>();
  readonly groups: Ec2Group[] = [];

  /** @returns what is in the answer; undefined if the call is about something else */
  perform(action: string, query: URLSearchParams): string | undefined {
    if (action === 'DescribeSubnets') return this.#describeSubnets(listOf(query, 'SubnetId'));
    if (action !== 'DescribeSecurityGroups' || !query.has('Filter.1.Name')) return undefined;
    const found = this.groups.filter(({ name, vpc }) =>
      [1, 2].every((n) => {
        const filter = query.get(`Filter.${n}.Name`);
        const values = listOf(query, `Filter.${n}.Value`);
        return filter === null || values.includes(filter === 'vpc-id' ? vpc : name);
      }),
    );
    const items = found.map(
      ({ id, name, vpc }) =>
        `<item><groupId>${id}</groupId><groupName>${name}</groupName><vpcId>${vpc}</vpcId></item>`,
    );
    return `<securityGroupInfo>${items.join('')}</securityGroupInfo>`;
  }

  /** What EC2 has against where an instance is to be. */
  check(query: URLSearchParams): void {
    const subnet = query.get('SubnetId');
    if (subnet === null) return;
    this.#vpcOf(subnet);
    if (query.has('SecurityGroup.1')) {
      throw new Ec2Error(
        'InvalidParameterCombination',
        'The parameter groupName cannot be used with the parameter subnet',
      );
    }
  }

  #describeSubnets(ids: readonly string[]): string {
    const items = ids.map(
      (id) => `<item><subnetId>${id}</subnetId><vpcId>${this.#vpcOf(id)}</vpcId></item>`,
    );
    return `<subnetSet>${items.join('')}</subnetSet>`;
  }

  #vpcOf(subnet: string): string {
    const vpc = this.subnets.get(subnet);
    if (vpc !== undefined) return vpc;
    throw new Ec2Error('InvalidSubnetID.NotFound', `The subnet ID '${subnet}' does not exist`);
  }
}
