import type { TestProject } from 'vitest/node'
import { serveChromium } from '../helpers/chromium'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the browser of all end-to-end files listens. */
    browserEndpoint: string
  }
}

/** A name that leads to this machine, as one that was rebound does; no other name is changed. */
const REBOUND = '--host-resolver-rules=MAP rebound.example 127.0.0.1'

/** One Chromium for all end-to-end files, started before the first and ended after the last of them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await serveChromium([REBOUND])
  project.provide('browserEndpoint', server.wsEndpoint())
  return () => server.close()
}
