import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromUint8Array } from '../../../shared/bytes'
import { addressHash, readAddress, type ViewAddress } from '../../../renderer/utils/view-address'
import { fixedViews, type Tab } from '../../../renderer/utils/tab'

const at = (tab: Tab, part: string | null = null): ViewAddress => ({ connectionId: 'c1', tab, part })

describe('the address of a place', () => {
  it.each<[string, ViewAddress]>([
    ['#/c1/triage', at({ kind: 'triage' })],
    ['#/c1/stream/orders', at({ kind: 'stream', key: 'orders' })],
    ['#/c1/stream/orders?part=entries', at({ kind: 'stream', key: 'orders' }, 'entries')],
    ['#/c1/stream/a%2Fb%3Fc%23d%20%25', at({ kind: 'stream', key: 'a/b?c#d %' })],
    ['#/c1/stream/', at({ kind: 'stream', key: '' })],
    ['#/c1/group//', at({ kind: 'group', key: '', group: '' })],
    ['#/c1/group/orders/billing', at({ kind: 'group', key: 'orders', group: 'billing' })],
    ['#/c1/stream/~__4', at({ kind: 'stream', key: { base64: '//4=' } })],
    ['#/c1/stream/%7E__4', at({ kind: 'stream', key: '~__4' })],
    ['#//connections', { connectionId: null, tab: { kind: 'connections' }, part: null }],
  ])('%s', (hash, address) => {
    expect(addressHash(address)).toBe(hash)
    expect(readAddress(hash)).toEqual(address)
  })

  it('leads back to any place there can be', () => {
    const name = fc.uint8Array({ maxLength: 60 }).map(fromUint8Array)
    const tab = fc.oneof(
      fc.constantFrom(...fixedViews).map((kind): Tab => ({ kind })),
      name.map((key): Tab => ({ kind: 'stream', key })),
      fc.tuple(name, name).map(([key, group]): Tab => ({ kind: 'group', key, group })),
    )
    const part = fc.option(fc.string({ minLength: 1, maxLength: 20, unit: 'binary' }))
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 40, unit: 'binary' }), tab, part, (connectionId, one, shown) => {
        const address = { connectionId, tab: one, part: shown }
        const hash = addressHash(address) ?? ''
        // As a browser gives it: what it is set to, percent-encoded.
        expect(readAddress(new URL(hash, 'http://a/').hash)).toEqual(address)
      }),
    )
  })

  it('is none for a name that no address could hold', () => {
    expect(addressHash(at({ kind: 'stream', key: 'x'.repeat(5_000) }))).toBeNull()
  })

  it.each([
    ['nothing', ''],
    ['an anchor', '#view'],
    ['no view', '#/c1'],
    ['an unknown view', '#/c1/nowhere'],
    ['a view of every object', '#/c1/constructor'],
    ['a stream without a name', '#/c1/stream'],
    ['a group without its stream', '#/c1/group/billing'],
    ['a view with a name', '#/c1/triage/x'],
    ['too many names', '#/c1/stream/a/b'],
    ['half an escape', '#/c1/stream/%E0%A4'],
    ['half a surrogate', '#/c1/stream/%ED%A0%80'],
    ['no base64', '#/c1/stream/~!!'],
    ['a connection that is no text', '#/~__4/triage'],
    ['a view of no connection', '#//triage'],
    ['more than an address', `#/c1/stream/${'x'.repeat(5_000)}`],
  ])('leads nowhere: %s', (_what, hash) => {
    expect(readAddress(hash)).toBeNull()
  })
})
