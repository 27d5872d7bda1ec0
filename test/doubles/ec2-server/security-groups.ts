import { randomBytes } from 'node:crypto';
import { Ec2Error, listOf, tagsFor, type Ec2Faults, type Ec2Instance } from './instances.ts';

export interface Ec2SecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly tags: ReadonlyMap<string, string>;
}

/** The security groups of one account's default VPC. */
export class SecurityGroups {
  readonly all: Ec2SecurityGroup[] = [];
  readonly #faults: Ec2Faults;
  readonly #instances: readonly Ec2Instance[];

  constructor(faults: Ec2Faults, instances: readonly Ec2Instance[]) {
    this.#faults = faults;
    this.#instances = instances;
  }

  /** @returns what is in the answer */
  perform(action: string, query: URLSearchParams): string {
    switch (action) {
      case 'CreateSecurityGroup':
        return `<groupId>${this.#create(query)}</groupId>`;
      case 'DescribeSecurityGroups':
        return this.#describe(listOf(query, 'GroupName'));
      case 'DeleteSecurityGroup':
        this.#delete(query.get('GroupId') ?? '');
        return '<return>true</return>';
      default:
        throw new Ec2Error('InvalidAction', `The action ${action} is not valid`);
    }
  }

  #create(query: URLSearchParams): string {
    const name = query.get('GroupName') ?? '';
    if (this.all.some((group) => group.name === name)) {
      throw new Ec2Error('InvalidGroup.Duplicate', `The security group '${name}' already exists`);
    }
    const id = `sg-${randomBytes(8).toString('hex')}`;
    this.all.push({ id, name, tags: tagsFor('security-group', query) });
    return id;
  }

  #describe(names: readonly string[]): string {
    const found = names.map((name) => {
      const group = this.all.find((each) => each.name === name);
      if (group !== undefined) return group;
      throw new Ec2Error('InvalidGroup.NotFound', `The security group '${name}' does not exist`);
    });
    const items = found.map(
      ({ id, name, tags }) =>
        `<item><groupId>${id}</groupId><groupName>${name}</groupName>${tagSet(tags)}</item>`,
    );
    return `<securityGroupInfo>${items.join('')}</securityGroupInfo>`;
  }

  #delete(id: string): void {
    const index = this.all.findIndex((group) => group.id === id);
    const group = this.all[index];
    if (group === undefined) {
      throw new Ec2Error('InvalidGroup.NotFound', `The security group '${id}' does not exist`);
    }
    const users = this.#instances.filter(
      ({ groups, state }) =>
        state !== 'terminated' && (groups.includes(id) || groups.includes(group.name)),
    );
    if (users.length > 0) {
      this.#faults.holdsGroupFor -= 1;
      const ending = users.filter(({ state }) => state === 'shutting-down');
      if (this.#faults.holdsGroupFor <= 0) for (const each of ending) each.state = 'terminated';
      throw new Ec2Error('DependencyViolation', `resource ${id} has a dependent object`);
    }
    this.all.splice(index, 1);
  }
}

export function tagSet(tags: ReadonlyMap<string, string>): string {
  const items = [...tags].map(
    ([key, value]) => `<item><key>${key}</key><value>${value}</value></item>`,
  );
  return `<tagSet>${items.join('')}</tagSet>`;
}
