import { AddressGuard } from '../../src/net/address-guard.ts';

/** HTTP_ALLOWED_NETWORKS where the servers of tests are. */
export const LOOPBACK = ['127.0.0.0/8', '::1'];

export const loopbackGuard = new AddressGuard(LOOPBACK);
