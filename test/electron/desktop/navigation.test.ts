import { pino } from 'pino'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { WebContents } from 'electron'
import { externalUrl } from '../../../electron/desktop/external-url'
import { guardNavigation } from '../../../electron/desktop/navigation'
import { FakeContents } from '../../helpers/fake-electron'

let contents: FakeContents
let opened: string[]
const log = pino({ level: 'silent' })
beforeEach(() => {
  contents = new FakeContents()
  opened = []
  const openExternal = async (url: string): Promise<void> => void opened.push(url)
  guardNavigation(contents as unknown as WebContents, { openExternal, log })
})

/** Whether the page may go there. */
function navigate(url: string, isMainFrame = true): boolean {
  const event = { url, isMainFrame, preventDefault: vi.fn() }
  contents.emit('will-frame-navigate', event)
  return event.preventDefault.mock.calls.length === 0
}

test('the page may load itself again, and nothing else', () => {
  expect(navigate('app://sluice/')).toBe(true)
  for (const url of [
    'app://sluice/other.html',
    'app://sluice.evil/',
    'https://redis.io/docs',
    'http://redis.io/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,x',
    'blob:app://sluice/1',
    'about:blank',
    'devtools://x',
  ]) {
    expect([url, navigate(url)]).toEqual([url, false])
  }
})

test('a frame may go nowhere, and opens nothing', () => {
  expect(navigate('app://sluice/', false)).toBe(false)
  expect(navigate('https://redis.io/', false)).toBe(false)
  expect(opened).toEqual([])
})

test('redirects and webviews are refused', () => {
  for (const name of ['will-redirect', 'will-attach-webview']) {
    const event = { preventDefault: vi.fn() }
    contents.emit(name, event)
    expect(event.preventDefault).toHaveBeenCalledOnce()
  }
})

test('no window opens; an https link goes to the system browser', () => {
  const open = (url: string): unknown =>
    contents.windowOpen?.({ url } as Parameters<NonNullable<FakeContents['windowOpen']>>[0])
  expect(open('https://redis.io/docs/latest/commands/xclaim/')).toEqual({ action: 'deny' })
  expect(open('app://sluice/')).toEqual({ action: 'deny' })
  expect(open('file:///etc/passwd')).toEqual({ action: 'deny' })
  expect(opened).toEqual(['https://redis.io/docs/latest/commands/xclaim/'])
})

test('a browser that does not open is no reason to stop', async () => {
  const other = new FakeContents()
  const openExternal = (): Promise<void> => Promise.reject(new Error('no browser'))
  guardNavigation(other as unknown as WebContents, { openExternal, log })
  const error = vi.spyOn(log, 'error')
  other.emit('will-frame-navigate', { url: 'https://redis.io/', isMainFrame: true, preventDefault: vi.fn() })
  await vi.waitFor(() => expect(error).toHaveBeenCalledOnce())
})

describe('addresses for the system browser', () => {
  test.each(['https://redis.io/', 'https://redis.io/docs?a=b#c', 'https://xn--e1afmkfd.example/'])('%s', (url) => {
    expect(externalUrl(url)).toBe(url)
  })

  test.each([
    'http://redis.io/',
    'ftp://redis.io/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'ms-settings:privacy',
    'smb://server/share',
    'mailto:a@b.example',
    'https://user:pass@redis.io/',
    'https://redis.io:8443/',
    'https://localhost/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://router/',
    'https://printer.local/',
    'https://vault.internal/',
    'https://app.localhost/',
    'https://redis.io./',
    `https://redis.io/${'x'.repeat(2_048)}`,
    'nonsense',
    '',
  ])('not %s', (url) => expect(externalUrl(url)).toBeNull())
})
