export interface SelfTerminationSettings {
  readonly terminateWhenIdle: boolean;
  readonly maxInactivitySeconds: number;
}

/** Whether a node that has had nothing to do for `idleSeconds` is to end itself. */
export function shouldTerminate(
  idleSeconds: number,
  { terminateWhenIdle, maxInactivitySeconds }: SelfTerminationSettings,
): boolean {
  return terminateWhenIdle && idleSeconds >= maxInactivitySeconds;
}
