import type { Browser, Page } from 'playwright-core'
import { pageKeyStore } from '../../shared/page-key'
import { openPage } from '../helpers/chromium'
import type { WebHost } from '../helpers/web-host'
import type { BackendBench } from './backend'
import type { HostClient } from './host-client'

export interface PageBench extends BackendBench {
  readonly host: WebHost
  readonly session: HostClient['session']
  /** What the holder holds. */
  readonly held: number
}

/** A page that has the session, and comes to the bench's connection. */
export async function openBenchPage(
  browser: Browser,
  { host, session, connectionId }: PageBench,
): Promise<{ page: Page; close(): Promise<void> }> {
  const { page, close } = await openPage(browser)
  await page.context().addCookies([{ ...session.cookie, url: host.origin }])
  await page.addInitScript(([name, key]) => localStorage.setItem(name, key), [
    pageKeyStore(''),
    session.pageKey,
  ] as const)
  // As after a reload: the page comes back to the connection it was on.
  await page.addInitScript((id) => sessionStorage.setItem('sluice:connection', id), connectionId)
  return { page, close }
}
