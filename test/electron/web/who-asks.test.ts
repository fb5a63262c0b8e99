import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import { networkOf, trustedProxies, whoAsks } from '../../../electron/web/who-asks'

function asks(remoteAddress: string, forwarded: string | undefined, trusted: readonly string[]): string {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
  const proxies = trustedProxies(trusted)
  if (proxies === null) throw new Error('no addresses')
  return whoAsks({ socket: { remoteAddress }, headers } as unknown as IncomingMessage, proxies)
}

describe('who asks', () => {
  test.each([
    ['nobody is trusted', '203.0.113.7', '198.51.100.1', [], '203.0.113.7'],
    ['another proxy is trusted', '203.0.113.7', '198.51.100.1', ['127.0.0.1'], '203.0.113.7'],
    ['the proxy is trusted', '127.0.0.1', '198.51.100.1', ['127.0.0.1'], '198.51.100.1'],
    ['it came by IPv6', '::ffff:127.0.0.1', '198.51.100.1', ['127.0.0.1'], '198.51.100.1'],
    ['the network of the proxy is trusted', '10.2.3.4', '2001:db8::1', ['10.0.0.0/8'], '2001:db8::1'],
    ['two proxies are trusted', '127.0.0.1', '198.51.100.1, 10.0.0.9', ['127.0.0.1', '10.0.0.0/8'], '198.51.100.1'],
    ['the asker made up what stands before', '127.0.0.1', '1.2.3.4, 198.51.100.1', ['127.0.0.1'], '198.51.100.1'],
    ['the asker names a trusted one', '127.0.0.1', '127.0.0.1, 198.51.100.1', ['127.0.0.1'], '198.51.100.1'],
    ['the proxy says nothing', '127.0.0.1', undefined, ['127.0.0.1'], '127.0.0.1'],
    ['the proxy says what is no address', '127.0.0.1', 'unknown', ['127.0.0.1'], '127.0.0.1'],
    ['all are trusted', '127.0.0.1', '127.0.0.1', ['127.0.0.1'], '127.0.0.1'],
  ])('where %s', (_where, remote, forwarded, trusted, who) => expect(asks(remote, forwarded, trusted)).toBe(who))
})

test.each(['', 'localhost', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '::1/129', '10.0.0/8', '*'])(
  '%j is no address of a proxy',
  (text) => expect(trustedProxies([text])).toBeNull(),
)

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['2001:db8:1:2:3::', '2001:db8:1:2::/64'],
  ['no address', 'no address'],
])('%s tries as %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})
