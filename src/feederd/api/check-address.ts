import { AddressGuard } from '../../net/address-guard.ts';

export interface AddressRules {
  /** What URLs may lead into besides public addresses. */
  readonly httpAllowedNetworks: readonly string[];
}

/**
 * Refuses a URL that names a forbidden address. Whoever connects looks again, with names resolved.
 * @throws NommerError ADDRESS_FORBIDDEN
 */
export function checkAddress(url: URL, field: string, { httpAllowedNetworks }: AddressRules): void {
  new AddressGuard(httpAllowedNetworks).checkUrl(url, field);
}
