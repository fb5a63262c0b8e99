import { expect, test } from 'vitest'
import { MAX_COUNTED } from '../../../../electron/services/inspection/lag-count'
import { planGroupChange } from '../../../../electron/services/group-change/plan-group-change'
import { useEmptiedServer } from '../../../helpers/emptied-server'
import type { TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const clients = useSluiceClients()
let redis: TestRedis
useEmptiedServer({}, async (server, direct) => {
  redis = server
  const line = direct.pipeline()
  for (let at = 1; at <= MAX_COUNTED + 1_000; at += 1) line.xadd('orders', `${at}-0`, 'n', '1')
  line.xgroup('CREATE', 'orders', 'billing', '500-0')
  await line.exec()
})

test('what a group would skip is exact only where it was counted to the end', async () => {
  const { reader } = await clients.open(redis)
  const on = { key: 'orders', group: 'billing' }
  const source = { reader, key: Buffer.from('orders'), group: Buffer.from('billing') }
  const plan = await planGroupChange(source, { connectionId: 'c', ...on, change: { kind: 'set id', to: '$' } })
  expect(plan.after?.lag).toEqual({ value: 0, kind: 'exact' })
  expect(plan.skips).toMatchObject({ value: MAX_COUNTED, kind: 'atLeast' })
})
