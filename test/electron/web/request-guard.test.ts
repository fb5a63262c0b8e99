import { describe, expect, test } from 'vitest'
import { createRequestGuard, isLoopback, type RequestGuardOptions } from '../../../electron/web/request-guard'

const guard = (options: Partial<RequestGuardOptions> = {}) =>
  createRequestGuard({ host: '127.0.0.1', port: 4000, publicUrl: null, machineNames: ['Box'], ...options })

test.each([
  ['127.0.0.1', true],
  ['127.8.9.1', true],
  ['::1', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['::', false],
  ['127.0.0.1.evil.example', false],
  ['127.example', false],
  ['192.168.1.5', false],
  ['', false],
])('%s is this machine only: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected)
})

describe('beyond this machine', () => {
  const open = guard({ host: '0.0.0.0' })

  test.each([
    'box',
    'BOX:4000',
    'localhost:8080',
    '192.168.1.5:4000',
    '192.168.1.5:8080',
    '[fd00::5]:4000',
    '10.0.0.1',
  ])('%s is us: an address, or a name of this machine, under whatever port it was mapped to', (host) => {
    expect(open.allowsHost(host)).toBe(true)
    expect(open.allowsOrigin(`http://${host.toLowerCase()}`, host)).toBe(true)
  })

  test.each([
    'evil.example',
    'box.evil.example:4000',
    '192.168.1.5.evil.example',
    '[fd00::5.evil]',
    '3232235781',
    '0x7f.1',
  ])('%s is a name that anybody may have bound to us', (host) => expect(open.allowsHost(host)).toBe(false))

  test('a page from another port of the same address is not ours', () => {
    expect(open.allowsOrigin('http://192.168.1.5:9999', '192.168.1.5:4000')).toBe(false)
    expect(open.allowsOrigin('http://192.168.1.6:4000', '192.168.1.5:4000')).toBe(false)
  })

  test('the default port is left out of an origin', () => {
    expect(open.allowsOrigin('http://192.168.1.5', '192.168.1.5:80')).toBe(true)
    expect(open.allowsOrigin('https://192.168.1.5', '192.168.1.5:443')).toBe(true)
    expect(open.allowsOrigin('https://192.168.1.5', '192.168.1.5:80')).toBe(false)
  })
})

test('on port 80 browsers leave the port out', () => {
  const plain = guard({ port: 80 })
  expect(plain.allowsHost('127.0.0.1')).toBe(true)
  expect(plain.allowsOrigin('http://127.0.0.1', '127.0.0.1')).toBe(true)
  expect(plain.allowsOrigin('http://127.0.0.1', '127.0.0.1:80')).toBe(true)
})

test('another loopback address is taken where it is the one listened on', () => {
  expect(guard({ host: '127.0.0.2' }).allowsHost('127.0.0.2:4000')).toBe(true)
  expect(guard().allowsHost('127.0.0.2:4000')).toBe(false)
})

describe('through a proxy that ends TLS', () => {
  const proxied = guard({ publicUrl: new URL('https://sluice.example.com') })

  test.each(['sluice.example.com', 'SLUICE.example.com:443'])('%s is the public name', (host) => {
    expect(proxied.allowsHost(host)).toBe(true)
    expect(proxied.allowsOrigin('https://sluice.example.com', host)).toBe(true)
    expect(proxied.allowsOrigin('http://sluice.example.com', host)).toBe(false)
    expect(proxied.allowsOrigin('https://evil.example', host)).toBe(false)
  })

  test.each(['sluice.example.com:80', 'sluice.example.com:8443', 'sluice.example.com:443:443', 'evil.example:443'])(
    '%s is not',
    (host) => expect(proxied.allowsHost(host)).toBe(false),
  )

  test('a port that was named counts, and the one that goes without saying does not', () => {
    const odd = guard({ publicUrl: new URL('https://sluice.example.com:8443') })
    expect(odd.allowsHost('sluice.example.com:8443')).toBe(true)
    expect(odd.allowsHost('sluice.example.com')).toBe(false)
    const plain = guard({ publicUrl: new URL('http://sluice.example.com') })
    expect(plain.allowsHost('sluice.example.com:80')).toBe(true)
    expect(plain.allowsHost('sluice.example.com:443')).toBe(false)
  })
})
