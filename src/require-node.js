// What every program loads first: the one check of the Node version. Plain JavaScript that imports nothing, because it has to run on
// the very versions that cannot load the rest: npm scripts preload it, main files import it first.
const NEEDED_MAJOR = 24;

if (Number.parseInt(process.versions.node, 10) < NEEDED_MAJOR) {
  process.stderr.write(
    `media-nommer needs Node ${NEEDED_MAJOR} or newer; this is Node ${process.versions.node} (${process.execPath}).\n` +
      `Install a newer Node, or start it with "npm run …": on Linux "npm ci" brings Node ${NEEDED_MAJOR} along.\n`,
  );
  process.exit(1);
}

// What Node has compiled once, it finds again at the next start: a third to a half of the start-up time.
process.getBuiltinModule('node:module').enableCompileCache();
