import { chromium, type Browser } from 'playwright-core'
import { inject } from 'vitest'

/** The browser of all end-to-end files. What this file opens in it is closed with it, and nobody else sees it. */
export function connectBrowser(): Promise<Browser> {
  return chromium.connect(inject('browserEndpoint'))
}
