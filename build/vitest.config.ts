import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { LongestFirst } from './longest-first.mjs'
import { keepTestsInMemory } from './test-folder.mjs'

interface Project {
  readonly name: string
  readonly include: readonly string[]
  readonly exclude?: readonly string[]
  /** Projects of one order run side by side; a higher order waits for the lower ones. */
  readonly order: number
  /** Files at once; the same for all of one order, which vitest demands. */
  readonly workers: number
  /** Files of one worker share what they import: up to a quarter less to compute, where nothing of it is changed. */
  readonly shared?: boolean
  /** Runs before the first file, and its answer after the last. */
  readonly globalSetup?: string
}

/** Keep the processors busy from their first line to their last. */
const unit = ['test/{shared,build}/**/*.test.ts']
/** Half of its time a played page waits for what it shows, or for the next file to be made ready. */
const page = ['test/renderer/**/*.test.ts']
/** The same, with servers: beside others they would only make all of them wait, and those look as if they failed. */
const busy = [
  'test/electron/services/recovery/cpu-load.test.ts',
  'test/electron/services/restore/as-before.test.ts',
  'test/electron/services/trim/{run,run-while-live,plan-while-live}.test.ts',
]
/** Run programs of their own, `…-app.ts`, that are built once for all of them. */
const processes = [
  'test/electron/host/{namespaces,shared-data-dir}.test.ts',
  'test/electron/sandbox/keeper.test.ts',
  'test/electron/services/journal/crash.test.ts',
  'test/electron/services/{recovery,redrive,rules,sweep}/killed.test.ts',
]
const servers = ['test/{electron,helpers,compat,scenarios}/**/*.test.ts']

/** What is made and forgotten within a test is swept up less often: a tenth of the processor time. */
const ROOM_FOR_NEW = '--max-semi-space-size=64'

/**
 * `test/` mirrors the source tree; where a file sits says how it runs. `test/bench` is no test. What waits for servers and
 * browsers most of its time runs many files at once; the workers here keep two cores busy, and a third more helps nobody.
 */
const projects: readonly Project[] = [
  { name: 'unit', include: unit, order: 0, workers: 3, shared: true },
  { name: 'page', include: page, order: 0, workers: 3 },
  { name: 'integration', include: servers, exclude: [...busy, ...processes], order: 1, workers: 6, shared: true },
  {
    ...{ name: 'processes', include: processes, order: 1, workers: 6, shared: true },
    globalSetup: 'test/helpers/build-apps.ts',
  },
  { name: 'busy', include: busy, order: 2, workers: 2 },
  {
    name: 'e2e',
    include: ['test/e2e/**/*.test.ts'],
    order: 3,
    // Half of its time a page waits for what it shows.
    workers: 6,
    shared: true,
    globalSetup: 'test/e2e/browser-server.ts',
  },
  { name: 'packaging', include: ['test/packaging/**/*.test.ts'], order: 4, workers: 2 },
]

function inline({
  name,
  include,
  exclude = [],
  order,
  workers,
  shared = false,
  globalSetup,
}: Project): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: {
      name,
      include: [...include],
      exclude: [...exclude],
      maxWorkers: workers,
      isolate: !shared,
      execArgv: [ROOM_FOR_NEW],
      sequence: { groupOrder: order },
      ...(globalSetup === undefined ? {} : { globalSetup }),
    },
  }
}

keepTestsInMemory()

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  plugins: [vue()],
  test: {
    pool: 'forks',
    // A busy machine takes its time; what never comes true fails all the same.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    setupFiles: ['test/helpers/equal-buffers.ts'],
    // What one project has compiled the next need not: several import the same thousand modules.
    experimental: { fsModuleCache: true },
    sequence: { sequencer: LongestFirst },
    projects: projects.map(inline),
  },
})
