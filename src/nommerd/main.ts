#!/usr/bin/env node
import '../require-node.js';

const { startNommerd } = await import('./start-nommerd.ts');
await startNommerd(process.argv.slice(2));
