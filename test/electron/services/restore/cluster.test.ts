import { beforeEach, expect, test } from 'vitest'
import { siblingKey } from '../../../../electron/services/inspection/sibling-key'
import { idsFrom, seed } from '../recovery/recovery-kit'
import { useOneServer } from './one-server'
import { KEY, planRebuild, rebuild, swap, trimTo } from './restore-kit'
import { saying } from '../../../helpers/saying'

const world = useOneServer({ config: ['cluster-enabled yes', 'cluster-require-full-coverage no'] })
beforeEach(async () => {
  const { direct } = world
  const slots = Array.from({ length: 16_384 }, (_, slot) => slot)
  const about = async () => String(await direct.call('CLUSTER', 'INFO'))
  if (!(await about()).includes('cluster_slots_assigned:16384')) await direct.call('CLUSTER', 'ADDSLOTS', ...slots)
  await expect.poll(about, { timeout: 30_000 }).toContain('cluster_state:ok')
})

test('in a cluster all names lie in the stream’s own slot, and the swap goes by one script', async () => {
  const { direct, sluice } = world
  await seed(direct, { held: { ann: idsFrom(1, 8) } })
  const file = await trimTo(sluice, 3)
  expect(await planRebuild(sluice, file)).toMatchObject({ target: `{${KEY}}:restored`, blocked: null })
  const made = await rebuild(sluice, file)
  expect(await swap(sluice, made)).toMatchObject({ state: 'done' })
  expect([await direct.xlen(KEY), await direct.xlen(`{${KEY}}:before-restore`)]).toEqual([8, 3])
})

test('in a cluster a name in another slot is refused when it is planned', async () => {
  const { direct, sluice } = world
  await seed(direct, { held: { ann: idsFrom(1, 8) } })
  const plan = await planRebuild(sluice, await trimTo(sluice, 3), { target: 'elsewhere' })
  expect(plan.blocked).toEqual(saying('another slot of the cluster'))
})

test.each([
  ['standalone', 'orders', 'orders:x'],
  ['cluster', 'orders', '{orders}:x'],
  ['cluster', '{shop}:orders', '{shop}:orders:x'],
  // Braces around such a name would end at its own.
  ['cluster', 'a}b', 'a}b:x'],
])('beside a stream of a %s, %s, is %s', (mode, key, name) => {
  expect(siblingKey(key, ':x', { mode })).toBe(name)
})
