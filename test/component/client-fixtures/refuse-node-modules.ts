import { registerHooks } from 'node:module';

/** Modules of Node cannot be imported any more, as in a browser. */
registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    if (resolved.url.startsWith('node:')) throw new Error(`${specifier} is no module of browsers`);
    return resolved;
  },
});
