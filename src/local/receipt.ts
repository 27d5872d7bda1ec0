/** Which receive of which message a receipt is for; the next receive of that message outdates it. */
export interface Receipt {
  readonly id: number;
  readonly receiveCount: number;
}

export function encodeReceipt({ id, receiveCount }: Receipt): string {
  return `${id}.${receiveCount}`;
}

/** A text that is no receipt gives one that fits no message. */
export function decodeReceipt(text: string): Receipt {
  const [, id, receiveCount] = /^(\d+)\.([1-9]\d*)$/.exec(text) ?? [];
  return { id: Number(id ?? -1), receiveCount: Number(receiveCount ?? -1) };
}
