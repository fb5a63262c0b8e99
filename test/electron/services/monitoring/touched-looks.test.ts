import { expect, test } from 'vitest'
import type { SeenStream } from '../../../../electron/services/lib/seen-stream'
import { createBudget } from '../../../../electron/services/monitoring/budget'
import { createMonitoring } from '../../../../electron/services/monitoring/monitoring'
import { defaultSettings } from '../../../../shared/model/settings'
import { createMemoryLog } from '../../../helpers/memory-log'
import { useMonitoring } from './watch-kit'

const kit = useMonitoring()
const HOUR = 3_600_000

test('a look that is kept shows consumers as they were before Sluice gave them entries', async () => {
  await kit.feed.xgroup('CREATE', 'orders', 'g', '0', 'MKSTREAM')
  await kit.feed.xadd('orders', '1-0', 'n', 1)
  await kit.feed.xreadgroup('GROUP', 'g', 'ann', 'COUNT', 1, 'STREAMS', 'orders', '>')
  await kit.feed.xclaim('orders', 'g', 'bob', 0, '1-0')
  const [seconds] = await kit.feed.time()
  const stamp = { seenAt: Number(seconds) * 1_000, activeAt: Number(seconds) * 1_000 }
  const before = { seenAt: stamp.seenAt - HOUR, activeAt: stamp.seenAt - HOUR }
  const looks: SeenStream[] = []
  const { connections, discovery } = kit
  const monitoring = createMonitoring({
    ...{ connections, discovery, settings: () => defaultSettings, log: createMemoryLog().log },
    budget: () => createBudget(),
    touched: () => [{ consumer: 'bob', before, stamp, tookMs: 60_000 }],
    onLook: (_connection, seen) => void looks.push(seen),
  })
  try {
    monitoring.opened(await kit.connect())
    await expect.poll(() => looks.length).toBeGreaterThan(0)
    const shown = looks[0]?.look?.groups[0]?.consumerList?.find(({ name }) => name?.toString() === 'bob')
    expect(shown?.idleMs).toBeGreaterThanOrEqual(HOUR)
  } finally {
    monitoring.close()
  }
})
