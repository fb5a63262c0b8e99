import { describe, expect, it } from 'vitest'
import { allowedAddresses } from '../../../../electron/host/webhook/allowed-addresses'

describe('without leave of the owner', () => {
  it.each(['1.1.1.1', '203.0.114.1', '2606:4700::1111', '::ffff:8.8.8.8', '172.32.0.1'])(
    '%s may be sent to',
    (address) => {
      const allowed = allowedAddresses([])
      expect([allowed?.allows(address), allowed?.allowsPlain(address)]).toEqual([true, false])
    },
  )
  it.each([
    ...[
      '127.0.0.1',
      '127.9.9.9',
      '0.0.0.0',
      '10.1.2.3',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '169.254.169.254',
    ],
    ...[
      '100.64.0.1',
      '198.18.0.1',
      '224.0.0.1',
      '255.255.255.255',
      '::1',
      '::',
      'fe80::1',
      'fe80::1%eth0',
      'fd00:ec2::254',
    ],
    ...[
      '::ffff:127.0.0.1',
      '::ffff:a9fe:a9fe',
      '64:ff9b::7f00:1',
      '2002:7f00:1::',
      '2001:0:1::',
      'ff02::1',
      '::127.0.0.1',
    ],
    ...['', 'localhost', '127.1', 'x'],
  ])('%s may not', (address) => {
    const allowed = allowedAddresses([])
    expect([allowed?.allows(address), allowed?.allowsPlain(address)]).toEqual([false, false])
  })
})

it('the owner allows single ones, and ranges, also without TLS', () => {
  const allowed = allowedAddresses(['10.0.0.0/8', '127.0.0.1', 'fd00::/8'])
  for (const address of ['10.9.9.9', '127.0.0.1', 'fd00::7']) {
    expect([allowed?.allows(address), allowed?.allowsPlain(address)], address).toEqual([true, true])
  }
  for (const address of ['127.0.0.2', '11.0.0.1', '192.168.0.1', 'fe80::1']) {
    expect(allowed?.allowsPlain(address), address).toBe(false)
  }
})

it.each(['localhost', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '::1/129', '', '10.0.0/8'])(
  '%s is no range',
  (range) => {
    expect(allowedAddresses([range])).toBeNull()
  },
)
