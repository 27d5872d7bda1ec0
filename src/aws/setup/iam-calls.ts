import {
  GetInstanceProfileCommand,
  GetRoleCommand,
  type IAMClient,
  type InstanceProfile,
  type Role,
} from '@aws-sdk/client-iam';
import type { AwsClients } from '../aws-clients.ts';
import { callAws } from '../aws-error.ts';

export const NO_ENTITY = 'NoSuchEntity';
export const EXISTS = 'EntityAlreadyExists';
/** IAM tells of new things with some delay. */
export const IAM_WAITING = { minDelay: 1, maxDelay: 5, maxWaitTime: 60 };

/** Calls of IAM about roles and instance profiles. */
export class IamCalls {
  readonly #clients: AwsClients;

  constructor(clients: AwsClients) {
    this.#clients = clients;
  }

  /** @param name what it is about @param fine codes of IAM that are no failure */
  async call<T>(
    name: string,
    fine: readonly string[],
    act: (iam: IAMClient) => Promise<T>,
  ): Promise<T | undefined> {
    return await callAws(
      `IAM, ${name}`,
      async () => act(await this.#clients.iam()),
      // IAM's codes have an ending in some servers' answers: NoSuchEntityException.
      fine.flatMap((code) => [code, `${code}Exception`]),
    );
  }

  async role(RoleName: string): Promise<Role | undefined> {
    const get = new GetRoleCommand({ RoleName });
    return (await this.call(RoleName, [NO_ENTITY], (iam) => iam.send(get)))?.Role;
  }

  async profile(InstanceProfileName: string): Promise<InstanceProfile | undefined> {
    const get = new GetInstanceProfileCommand({ InstanceProfileName });
    const answer = await this.call(InstanceProfileName, [NO_ENTITY], (iam) => iam.send(get));
    return answer?.InstanceProfile;
  }
}
