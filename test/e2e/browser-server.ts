import type { TestProject } from 'vitest/node'
import { serveChromium } from '../helpers/chromium'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the browser of all end-to-end files listens. */
    browserEndpoint: string
  }
}

/** One Chromium for all end-to-end files, started before the first and ended after the last of them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await serveChromium()
  project.provide('browserEndpoint', server.wsEndpoint())
  return () => server.close()
}
