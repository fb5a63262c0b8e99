import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { build } from 'vite'
import type { TestProject } from 'vitest/node'
import { MODULE_DEFINES, withoutCompiled } from '../../build/bundled-ssh2'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The directory of the programs that `useBuiltApp` gives. */
    builtApps: string
  }
}

/** All `…-app.ts` of the tests in one build of the code as it is now, before the first file that runs one. */
export default async function setup(project: TestProject): Promise<() => void> {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-test-apps-'))
  const tests = join(project.config.root, 'test')
  const sources = readdirSync(tests, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('-app.ts'))
  const named = sources.map((path) => [basename(path, '.ts'), join(tests, path)] as const)
  await build({
    configFile: false,
    logLevel: 'error',
    plugins: [withoutCompiled()],
    define: MODULE_DEFINES,
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir: dir,
      rolldownOptions: {
        input: Object.fromEntries(named),
        output: { entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
      },
    },
  })
  project.provide('builtApps', dir)
  return () => rmSync(dir, { recursive: true, force: true })
}
