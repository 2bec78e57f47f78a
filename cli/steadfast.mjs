#!/usr/bin/env node
/** `npx steadfast`: runs the command line on the project's own Node, installing the packages where they are missing. */
process.argv.splice(2, 0, 'cli/steadfast.ts');
await import('../embedded/run.mjs');
