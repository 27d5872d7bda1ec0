import type { IamCalls } from './iam-calls.ts';

/** As whom nodes act. */
export interface NodeIdentity {
  readonly profileName: string;
  readonly roleName: string;
}

/** What EC2_IAM_INSTANCE_PROFILE ought to be where it is not set. */
export const DEFAULT_PROFILE = 'media_nommer_nommer';

/**
 * The role is the one that the profile holds already; a new one is called as the profile.
 * @param given name or ARN of an instance profile
 */
export async function findNodeIdentity(
  iam: IamCalls,
  given: string = DEFAULT_PROFILE,
): Promise<NodeIdentity> {
  const profileName = given.slice(given.lastIndexOf('/') + 1);
  try {
    const roleName = (await iam.profile(profileName))?.Roles?.[0]?.RoleName;
    return { profileName, roleName: roleName ?? profileName };
  } catch {
    // Whoever looks at the profile hears why.
    return { profileName, roleName: profileName };
  }
}
