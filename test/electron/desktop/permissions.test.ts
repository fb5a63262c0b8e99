import type { Session } from 'electron'
import { beforeEach, expect, test, vi } from 'vitest'
import { guardSession } from '../../../electron/desktop/permissions'
import { FakeSession } from '../../helpers/fake-electron'

let session: FakeSession
beforeEach(() => {
  session = new FakeSession()
  guardSession(session as unknown as Session)
})

type Permission = Parameters<NonNullable<FakeSession['check']>>[1]
const check = (permission: Permission, origin = 'app://sluice/', isMainFrame = true): boolean | undefined =>
  session.check?.(null, permission, origin, { isMainFrame, requestingUrl: origin })

test('no permission is granted on request', () => {
  const permissions: Permission[] = [
    'media',
    'geolocation',
    'notifications',
    'openExternal',
    'clipboard-read',
    'usb',
    'fullscreen',
    'pointerLock',
    'fileSystem',
    'local-network-access',
    'unknown',
    'clipboard-sanitized-write',
  ]
  for (const permission of permissions) {
    const callback = vi.fn()
    const [contents, details] = [{}, {}] as unknown as [Electron.WebContents, Electron.PermissionRequest]
    session.request?.(contents, permission, callback, details)
    expect(callback).toHaveBeenCalledExactlyOnceWith(false)
  }
})

test('no check is passed but for writing text to the clipboard from our own page', () => {
  expect(check('clipboard-sanitized-write')).toBe(true)
  expect(check('clipboard-sanitized-write', 'app://sluice')).toBe(true)
  expect(check('clipboard-sanitized-write', 'https://evil.example/')).toBe(false)
  expect(check('clipboard-sanitized-write', 'app://sluice/', false)).toBe(false)
  for (const permission of ['clipboard-read', 'media', 'hid', 'serial', 'usb', 'geolocation'] as const) {
    expect(check(permission)).toBe(false)
  }
})

test('no device, no screen', () => {
  expect(session.device?.({} as Parameters<NonNullable<FakeSession['device']>>[0])).toBe(false)
  const streams = vi.fn()
  session.displayMedia?.({} as Parameters<NonNullable<FakeSession['displayMedia']>>[0], streams)
  expect(streams).toHaveBeenCalledExactlyOnceWith(null)
  const paired = vi.fn()
  session.pairing?.({} as Parameters<NonNullable<FakeSession['pairing']>>[0], paired)
  expect(paired).toHaveBeenCalledExactlyOnceWith({ confirmed: false })

  for (const [name, args, answer] of [
    ['select-hid-device', [{}], []],
    ['select-usb-device', [{}], []],
    ['select-serial-port', [[], {}], ['']],
  ] as const) {
    const event = { preventDefault: vi.fn() }
    const callback = vi.fn()
    session.events.emit(name, event, ...args, callback)
    expect(event.preventDefault).toHaveBeenCalledOnce()
    expect(callback).toHaveBeenCalledExactlyOnceWith(...answer)
  }
})

test('nothing is requested from any network', () => {
  const cancelled = (url: string): boolean | undefined => {
    const callback = vi.fn<(answer: { cancel?: boolean }) => void>()
    session.beforeRequest?.({ url }, callback)
    return callback.mock.calls[0]?.[0].cancel
  }
  expect(cancelled('app://sluice/assets/a.js')).toBe(false)
  expect(cancelled('data:image/png;base64,')).toBe(false)
  expect(cancelled('devtools://devtools/bundled/x.js')).toBe(false)
  for (const url of [
    'https://redis.io/',
    'http://127.0.0.1:6379/',
    'file:///etc/passwd',
    'app://other/',
    'ws://x/',
    'data:text/html,x',
    'blob:app://sluice/1',
  ]) {
    expect([url, cancelled(url)]).toEqual([url, true])
  }
})
