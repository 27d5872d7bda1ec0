/**
 * Browsers give pages that came by plain http from another machine no `crypto.randomUUID`, which the client
 * makes its idempotency keys of. They do give them random values.
 */
export function provideRandomUuid(): void {
  if (typeof crypto.randomUUID === 'function') return;
  crypto.randomUUID = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    const [a = '', b = '', c = '', d = '', e = ''] =
      /^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/.exec(hex)?.slice(1) ?? [];
    return `${a}-${b}-4${c}-8${d}-${e}`;
  };
}
