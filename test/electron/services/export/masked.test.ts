import { expect, test } from 'vitest'
import type { OwnedClient } from '../../../../electron/redis/client'
import { HIDDEN } from '../../../../shared/masking/hidden'
import { maskOf } from '../../../../shared/masking/mask'
import type { ExportChoice, ExportSource } from '../../../../shared/model/export'
import { useEmptiedServer } from '../../../helpers/emptied-server'
import { useSluiceClients } from '../../../helpers/sluice-client'
import { ALL, createExportKit } from './export-kit'

const SECRET = 'QHXZ-4711-GJKX'
let client: OwnedClient
const clients = useSluiceClients()
useEmptiedServer({}, async (server, direct) => {
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
  ['a script', ALL, { format: 'redis-cli' }],
  ['what is pending', PENDING, {}],
]

test.each(WAYS)(
  '%s: no value that is masked is in the file, and how many are not is told',
  async (_, source, choice) => {
    const exported = await createExportKit({ client, mask: maskOf() }).run(source, choice)
    expect(exported.last).toMatchObject({ kind: 'end', rows: 2, masked: 3 })
    expect(exported.text).not.toContain(SECRET)
    expect(exported.text).toContain(choice.format === 'redis-cli' ? '\\xe2\\x80\\xa2' : HIDDEN)
  },
)

test('what is beside them in JSON is as it was; of a large value nothing is', async () => {
  const { text } = await createExportKit({ client, mask: maskOf() }).run(ALL)
  expect(text).toContain(JSON.stringify('{"n":1.50,"token":"•••"}'))
  expect(text?.length).toBeLessThan(1_000)
})

test('unmasked, all of it is', async () => {
  const exported = await createExportKit({ client }).run(ALL)
  expect(exported.last).toMatchObject({ masked: 0 })
  expect(exported.text?.split(SECRET)).toHaveLength(4)
})
