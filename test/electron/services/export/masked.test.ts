import { gunzipSync, gzipSync } from 'node:zlib'
import type { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import type { OwnedClient } from '../../../../electron/redis/client'
import { PAGE_LIMITS } from '../../../../shared/decode/budget'
import { decodeValue } from '../../../../shared/decode/chain'
import { HIDDEN } from '../../../../shared/masking/hidden'
import { maskOf } from '../../../../shared/masking/mask'
import type { DecodedValue } from '../../../../shared/model/decoded'
import type { ExportChoice, ExportSource } from '../../../../shared/model/export'
import { useEmptiedServer } from '../../../helpers/emptied-server'
import { useSluiceClients } from '../../../helpers/sluice-client'
import { ALL, createExportKit } from './export-kit'

const SECRET = 'QHXZ-4711-GJKX'
let client: OwnedClient
let direct: Redis
const clients = useSluiceClients()
useEmptiedServer({}, async (server, own) => {
  direct = own
  client = await clients.open(server)
  await direct.xadd('orders', '1-0', 'id', '7', 'password', SECRET, 'body', `{"n":1.50,"token":"${SECRET}"}`)
  await direct.xadd('orders', '2-0', 'id', '8', 'large', `{"token":"${SECRET}","pad":"${'x'.repeat(2 << 20)}"}`)
  await direct.xgroup('CREATE', 'orders', 'billing', '0')
  await direct.call('XREADGROUP', 'GROUP', 'billing', 'alice', 'STREAMS', 'orders', '>')
})

const PENDING: ExportSource = { kind: 'pending', group: 'billing', bodies: true }
const WAYS: readonly (readonly [string, ExportSource, Partial<ExportChoice>])[] = [
  ['JSON Lines', ALL, {}],
  ['JSON Lines, decoded', ALL, { as: 'decoded' }],
  ['CSV', ALL, { format: 'csv' }],
  ['what is pending', PENDING, {}],
]

test.each(WAYS)(
  '%s: no value that is masked is in the file, and how many are not is told',
  async (_, source, choice) => {
    const exported = await createExportKit({ client, mask: maskOf() }).run(source, choice)
    expect(exported.last).toMatchObject({ kind: 'end', rows: 2, masked: 3 })
    expect(exported.text).not.toContain(SECRET)
    expect(exported.text).toContain(HIDDEN)
  },
)

test('what is beside them in JSON is as it was; of a large value nothing is', async () => {
  const { text } = await createExportKit({ client, mask: maskOf() }).run(ALL)
  expect(text).toContain(JSON.stringify('{"n":1.50,"token":"•••"}'))
  expect(text?.length).toBeLessThan(1_000)
})

test('a script is none, for it would make other entries; without such values it is one', async () => {
  const kit = createExportKit({ client, mask: maskOf() })
  await expect(kit.run(ALL, { format: 'redis-cli' })).rejects.toMatchObject({
    ...{ code: 'BAD_INPUT', data: { field: 'unmasked', problem: { code: 'masking.in-script' } } },
  })
  expect(kit.state()).toBe('dropped')
  const others = createExportKit({ client, mask: maskOf(['iban']) })
  expect((await others.run(ALL, { format: 'redis-cli' })).text).toContain(SECRET)
})

test('what lay packed is masked as it was decoded, by this thread or by another', async () => {
  await direct.xadd('packed', '1-0', 'body', gzipSync(`{"id":7,"password":"${SECRET}"}`))
  const decode = (bytes: Uint8Array): Promise<DecodedValue> => {
    const inner = gunzipSync(bytes)
    const { chain, root } = decodeValue(
      { bytes: inner, name: null, as: 'auto', schema: null, tools: null },
      PAGE_LIMITS,
    )
    return Promise.resolve({
      chain: ['gzip', ...chain],
      root,
      last: null,
      size: inner.length,
      isCut: false,
      fault: null,
    })
  }
  const { text, last } = await createExportKit({ client, mask: maskOf(), decode }).run(ALL, { as: 'decoded' }, 'packed')
  expect(text).toContain('"decoded":{"id":7,"password":"•••"}')
  expect(text).not.toContain(SECRET)
  expect(last).toMatchObject({ masked: 1 })
})

test('a name that stands behind the first MiB hides the whole', async () => {
  await direct.xadd('long', '1-0', 'body', `{"pad":"${'x '.repeat(600_000)}","token":"${SECRET}"}`)
  const { text } = await createExportKit({ client, mask: maskOf() }).run(ALL, {}, 'long')
  expect(text).toContain(JSON.stringify([['body', HIDDEN]]))
})

test('unmasked, all of it is', async () => {
  const exported = await createExportKit({ client }).run(ALL)
  expect(exported.last).toMatchObject({ masked: 0 })
  expect(exported.text?.split(SECRET)).toHaveLength(4)
})
