#!/usr/bin/env node
import '../require-node.js';

const { startFeederd } = await import('./start-feederd.ts');
await startFeederd(process.argv.slice(2));
