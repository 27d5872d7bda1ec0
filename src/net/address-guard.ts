import { lookup as lookUp, type LookupAddress } from 'node:dns';
import { isIP, type BlockList, type LookupFunction } from 'node:net';
import { NommerError, received } from '../core/errors.ts';
import { familyOf, isMetadataService, isPublic, toBlockList } from './public-address.ts';

/** As `dns.lookup` when it is asked for all addresses of a host. */
export type Resolve = (
  hostname: string,
  options: { readonly all: true; readonly family: number; readonly hints: number },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** This machine itself, whatever a name server says (RFC 6761). */
const LOCALHOST = /^(?:.+\.)?localhost\.?$/;
const LOCALHOST_ADDRESSES = ['127.0.0.1', '::1'];

/**
 * Says where the URLs of jobs may lead: to public addresses, and into HTTP_ALLOWED_NETWORKS. What counts is
 * the address that is connected to, however it was written or found.
 */
export class AddressGuard {
  readonly #allowed: BlockList;
  /** Those given each for itself: no network opens the way to a metadata service. */
  readonly #named: BlockList;
  readonly #resolve: Resolve;

  /**
   * @param allowedNetworks addresses, and networks like `10.0.0.0/8`
   * @param resolve default: the system's
   */
  constructor(allowedNetworks: readonly string[], resolve: Resolve = lookUp) {
    this.#allowed = toBlockList(allowedNetworks);
    this.#named = toBlockList(allowedNetworks.filter((network) => !network.includes('/')));
    this.#resolve = resolve;
  }

  /** @param address what is none, and one with a zone (`fe80::1%eth0`), is not allowed */
  allows(address: string): boolean {
    const family = familyOf(address);
    if (family === undefined) return false;
    if (isMetadataService(address, family)) return this.#named.check(address, family);
    return isPublic(address, family) || this.#allowed.check(address, family);
  }

  /**
   * Refuses a URL that names a forbidden address itself. One with a name passes: what that means is seen
   * when it is connected to.
   * @param field the name of the request's field, for the message
   * @throws NommerError ADDRESS_FORBIDDEN
   */
  checkUrl(url: URL, field: string): void {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const addresses = addressesIn(host);
    if (addresses.length === 0 || addresses.some((address) => this.allows(address))) return;
    const { code, message } = forbidden(host);
    throw new NommerError(code, `${field}: ${message}; received ${received(url.href)}`);
  }

  /** What a host that is an address itself is refused with: nobody looks it up. Undefined: nothing. */
  refusalOf(host: string): NommerError | undefined {
    return isIP(host) === 0 || this.allows(host) ? undefined : forbidden(host);
  }

  /**
   * For `net.connect`, which connects to what it gets here and asks nobody again. A host with even one
   * forbidden address is refused, before anything is sent to any of them.
   */
  readonly lookup: LookupFunction = (hostname, { all, family, hints }, callback) => {
    const wanted = { all: true, family: Number(family ?? 0), hints: hints ?? 0 } as const;
    this.#resolve(hostname, wanted, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error) callback(error, []);
      else if (first === undefined || !addresses.every(({ address }) => this.allows(address))) {
        callback(forbidden(hostname), []);
      } else if (all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function addressesIn(host: string): readonly string[] {
  if (LOCALHOST.test(host)) return LOCALHOST_ADDRESSES;
  return isIP(host) === 0 ? [] : [host];
}

/** Says not which address a name has: that may be something to know only within. */
function forbidden(host: string): NommerError {
  const message = `${host} is neither public nor in HTTP_ALLOWED_NETWORKS`;
  return new NommerError('ADDRESS_FORBIDDEN', message);
}
