import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, beforeAll } from 'vitest'

/** A program that a test runs in a process of its own, built of the code as it is now. Call at the top of a test file. */
export function useBuiltApp(source: URL): { readonly path: string } {
  let dir: string
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'sluice-test-app-'))
    await build({
      configFile: false,
      logLevel: 'error',
      ssr: { noExternal: true },
      build: {
        ssr: fileURLToPath(source),
        outDir: dir,
        rolldownOptions: { output: { entryFileNames: 'app.mjs' } },
      },
    })
  })
  afterAll(() => rmSync(dir, { recursive: true, force: true }))
  return {
    get path() {
      return join(dir, 'app.mjs')
    },
  }
}
