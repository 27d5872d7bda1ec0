/** What the files of one room, or of a part of one, may import besides that room itself. */
export interface Room {
  /** Under src/: a folder, or a single file. The longest one that fits a file counts. */
  readonly path: string;
  readonly rooms: readonly string[];
  /** Rooms of which only the types are for it. */
  readonly types?: readonly string[];
  /** Packages of npm; a trailing * stands for any ending. */
  readonly packages: readonly string[];
  /** Node's own modules. `node:sqlite` must be named. */
  readonly node: boolean;
}

const DAEMON_ROOMS = ['core', 'conf', 'daemon'];

/** The layering, as data: who may import whom, and which packages. What is not listed is refused. */
export const ROOMS: readonly Room[] = [
  { path: 'core', rooms: [], packages: ['zod'], node: false },
  { path: 'conf', rooms: ['core'], packages: ['zod'], node: true },
  { path: 'daemon', rooms: ['core'], packages: ['pino'], node: true },
  { path: 'net', rooms: ['core'], packages: ['undici'], node: true },
  {
    path: 'local',
    // Of daemon: whether a process is still the one it was.
    rooms: ['core', 'daemon'],
    types: ['conf'],
    packages: ['node:sqlite'],
    node: true,
  },
  { path: 'aws', rooms: ['core'], types: ['conf'], packages: ['@aws-sdk/*'], node: true },
  {
    path: 'storage',
    rooms: ['core', 'net'],
    types: ['conf'],
    packages: ['@aws-sdk/*', 'undici'],
    node: true,
  },
  { path: 'nommers', rooms: ['core'], packages: ['execa', 'zod'], node: true },

  { path: 'feederd', rooms: [...DAEMON_ROOMS, 'net'], packages: ['undici'], node: true },
  {
    path: 'feederd/api',
    rooms: [...DAEMON_ROOMS, 'net', 'feederd'],
    packages: ['fastify', '@fastify/static', 'zod'],
    node: true,
  },
  {
    // Outputs are media: what it reads them with is storage's.
    path: 'feederd/open-outputs.ts',
    rooms: ['feederd', 'core', 'storage'],
    packages: [],
    node: true,
  },
  {
    path: 'feederd/metrics',
    rooms: [...DAEMON_ROOMS, 'feederd'],
    packages: ['prom-client'],
    node: true,
  },
  {
    path: 'feederd/choose-place.ts',
    rooms: [...DAEMON_ROOMS, 'feederd', 'local', 'aws'],
    packages: [],
    node: true,
  },
  {
    path: 'nommerd',
    rooms: [...DAEMON_ROOMS, 'storage', 'nommers'],
    packages: [],
    node: true,
  },
  {
    path: 'nommerd/choose-place.ts',
    rooms: [...DAEMON_ROOMS, 'nommerd', 'local', 'aws'],
    packages: [],
    node: true,
  },

  // For browsers, too.
  { path: 'client', rooms: ['core'], packages: ['eventsource-parser'], node: false },
  { path: 'client.ts', rooms: ['core', 'client'], packages: [], node: false },
  {
    path: 'cli',
    rooms: ['client', 'conf', 'core'],
    packages: ['commander'],
    node: true,
  },
  {
    path: 'cli/choose-place.ts',
    rooms: ['conf', 'core', 'local', 'aws'],
    packages: [],
    node: true,
  },
  {
    // It tries what nodes would try.
    path: 'cli/doctor/check-containment.ts',
    rooms: ['cli', 'conf', 'core', 'nommers'],
    packages: [],
    node: true,
  },
  {
    // What the audit looks at: all that an installation has.
    path: 'cli/audit/open-installation.ts',
    rooms: ['conf', 'core', 'daemon', 'local', 'aws', 'storage'],
    packages: [],
    node: true,
  },
  {
    path: 'web',
    rooms: ['client', 'core'],
    packages: ['preact', '@preact/signals', 'uplot', '@tanstack/virtual-core'],
    node: false,
  },
  { path: 'web/vite.config.ts', rooms: [], packages: ['vite'], node: true },
  { path: 'index.ts', rooms: ['core', 'conf', 'client'], packages: [], node: false },
];
