import { describe, expect, test } from 'vitest'
import { createKnownBrowsers } from '../../../electron/web/known-browsers'
import { sessionCookie } from '../../helpers/enter'

const AT = { cookieName: 'sluice-1-known', path: '/login', secure: false }

describe('a browser', () => {
  test('is known by what it was given, and keeps its name', () => {
    const browsers = createKnownBrowsers(AT)
    const cookie = sessionCookie(browsers.setCookie(undefined))
    const name = browsers.nameOf(cookie)
    expect(name).toMatch(/^[\w-]{43}$/)
    expect(browsers.nameOf(`other=1; sluice-1-known=wrong; ${cookie}`)).toBe(name)
    expect(browsers.nameOf(sessionCookie(browsers.setCookie(cookie)))).toBe(name)
    expect(browsers.nameOf(sessionCookie(browsers.setCookie(undefined)))).not.toBe(name)
  })

  test('sends it to the login alone, and shows it to no script', () => {
    expect(createKnownBrowsers(AT).setCookie(undefined)).toMatch(
      /^sluice-1-known=[\w-]{43}\.[\w-]{43}; Path=\/login; HttpOnly; SameSite=Strict; Max-Age=\d+$/,
    )
    expect(createKnownBrowsers({ ...AT, secure: true }).setCookie(undefined)).toMatch(/; Secure$/)
  })

  test.each([
    ['nothing', () => undefined],
    ['no proof', (cookie: string) => cookie.split('.')[0]],
    ['an empty proof', (cookie: string) => `${cookie.split('.')[0] ?? ''}.`],
    ['a proof of another name', (cookie: string) => cookie.replace('=', '=x')],
    ['another proof', (cookie: string) => cookie.replace(/\..*/, `.${'A'.repeat(43)}`)],
    ['what another start of Sluice gave', () => sessionCookie(createKnownBrowsers(AT).setCookie(undefined))],
    ['the cookie under another name', (cookie: string) => cookie.replace('sluice-1', 'sluice-2')],
  ])('is not known by %s', (_what, change) => {
    const browsers = createKnownBrowsers(AT)
    expect(browsers.nameOf(change(sessionCookie(browsers.setCookie(undefined))))).toBeNull()
  })
})
