import type { Redis } from 'ioredis'

const TEN_MINUTES = 600_000
const SOME = 1_000

/**
 * `orders / billing` with `count` entries held by `dead`, silent for ten minutes, and 1 by `alive`, who goes on reading and acking
 * until the function that comes back is called. Give the page settings under which a second of silence is enough.
 */
export async function seedDeadConsumer(direct: Redis, count = 30): Promise<() => void> {
  for (let left = count; left > 0; left -= SOME) {
    const some = Math.min(SOME, left)
    const adding = direct.pipeline()
    for (let at = 1; at <= some; at += 1) adding.xadd('orders', '*', 'n', at)
    const ids = ((await adding.exec()) ?? []).map(([, id]) => String(id))
    await direct.xreadgroup('GROUP', 'billing', 'dead', 'COUNT', some, 'STREAMS', 'orders', '>')
    await direct.call('XCLAIM', 'orders', 'billing', 'dead', 0, ...ids, 'IDLE', TEN_MINUTES, 'JUSTID')
  }
  await direct.xreadgroup('GROUP', 'billing', 'alive', 'COUNT', 1, 'STREAMS', 'orders', '>')
  await direct.wait(1, 10_000)
  const work = async (): Promise<void> => {
    const id = String(await direct.xadd('orders', '*', 'n', 'new'))
    await direct.xreadgroup('GROUP', 'billing', 'alive', 'COUNT', 100, 'STREAMS', 'orders', '>')
    await direct.xack('orders', 'billing', id)
  }
  const living = setInterval(() => void work().catch(() => undefined), 100)
  return () => clearInterval(living)
}

/** Streams that nothing is wrong with. */
export async function seedHealthy(directOf: (key: string) => Promise<Redis>): Promise<void> {
  for (const key of ['orders', 'payments', 'mails', 'audit', 'returns', 'stock']) {
    const direct = await directOf(key)
    for (let at = 1; at <= 40; at += 1) await direct.xadd(key, '*', 'n', at)
    await direct.xgroup('CREATE', key, 'billing', '0')
    await direct.xreadgroup('GROUP', 'billing', 'alive', 'COUNT', 40, 'STREAMS', key, '>')
    await direct.call('XACK', key, 'billing', ...(await direct.xrange(key, '-', '+')).map(([id]) => id))
  }
}

/** Who holds how many in `orders / billing`. */
export async function holders(direct: Redis): Promise<unknown> {
  const [, , , rows] = (await direct.xpending('orders', 'billing')) as [number, string, string, unknown]
  return rows
}
