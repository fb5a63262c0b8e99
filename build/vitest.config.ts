import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'

interface Project {
  readonly name: string
  readonly include: readonly string[]
  /** Projects of one order run side by side; a higher order waits for the lower ones. */
  readonly order: number
  readonly workers: number
}

/** `test/` mirrors the source tree; where a file sits says how it runs. `test/bench` is no test. */
const projects: readonly Project[] = [
  { name: 'unit', include: ['test/{shared,renderer,build}/**/*.test.ts'], order: 0, workers: 2 },
  { name: 'integration', include: ['test/{electron,helpers,compat,scenarios}/**/*.test.ts'], order: 0, workers: 2 },
  // One browser or package build at a time: two of them starve each other of CPU and time out.
  { name: 'e2e', include: ['test/e2e/**/*.test.ts'], order: 1, workers: 1 },
  { name: 'packaging', include: ['test/packaging/**/*.test.ts'], order: 2, workers: 1 },
]

function inline({ name, include, order, workers }: Project): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: { name, include: [...include], maxWorkers: workers, sequence: { groupOrder: order } },
  }
}

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  plugins: [vue()],
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A busy machine takes its time; what never comes true fails all the same.
    expect: { poll: { timeout: 15_000 } },
    projects: projects.map(inline),
  },
})
