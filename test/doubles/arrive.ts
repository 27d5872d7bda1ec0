/**
 * How a call reaches a service in memory: awaited before anything happens there. To delay it, or to reject
 * instead, is to have a slow or broken service.
 */
export type Arrive = () => Promise<void>;

export const arriveSoon: Arrive = () => Promise.resolve();
