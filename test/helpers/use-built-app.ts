import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { inject } from 'vitest'

/**
 * A program that a test runs in a process of its own, built of the code as it is now. `build-apps.ts` builds all of them at
 * once; throws in a file that `build/vitest.config.ts` doesn't have among those that run one.
 */
export function useBuiltApp(source: URL): { readonly path: string } {
  const dir = inject('builtApps') as string | undefined
  const path = join(dir ?? '', `${basename(source.pathname, '.ts')}.mjs`)
  if (dir === undefined || !existsSync(path))
    throw new Error(`${source.pathname} is not built: see build/vitest.config.ts`)
  return { path }
}
