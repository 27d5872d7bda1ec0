#!/usr/bin/env node
import '../require-node.js';

const { runMediaNommer } = await import('./run-media-nommer.ts');
await runMediaNommer(process.argv.slice(2));
