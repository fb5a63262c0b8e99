import { expect, test } from 'vitest'
import type { Finding } from '../../../shared/judgement/finding'
import { useBackend } from './backend-kit'

const kit = useBackend()

/** A group that two entries wait for. */
async function waiting(key: string): Promise<void> {
  await kit.direct.xgroup('CREATE', key, 'billing', '0', 'MKSTREAM')
  for (const id of ['1-0', '2-0']) await kit.direct.xadd(key, id, 'n', id)
}

test('a group that was destroyed from here is no news, one that somebody else destroyed is', async () => {
  await waiting('orders')
  await waiting('others')
  const connectionId = await kit.connect()
  const leaving = new AbortController()
  const groups = new Map<unknown, number>()
  let findings: readonly Finding[] = []
  const following = (async () => {
    for await (const event of await kit.api.monitoring.watch({ connectionId }, { signal: leaving.signal })) {
      if (event.kind === 'findings') findings = event.findings
      if (event.kind !== 'streams') continue
      for (const { summary } of event.streams) groups.set(summary.key, summary.groups.length)
    }
  })()
  try {
    await expect.poll(() => [groups.get('orders'), groups.get('others')]).toEqual([1, 1])
    const on = { connectionId, key: 'orders', group: 'billing' }
    const { id: planId } = await kit.api.group.planChange({ ...on, change: { kind: 'destroy group' } })
    const job = await kit.finished(await kit.api.group.change({ ...on, planId }))
    expect(job.state).toBe('done')
    await expect.poll(() => groups.get('orders')).toBe(0)
    await kit.direct.xgroup('DESTROY', 'others', 'billing')
    await kit.api.monitoring.refresh({ connectionId })
    await expect
      .poll(() => findings.filter(({ kind }) => kind === 'vanished'))
      .toMatchObject([{ named: [{ key: 'others' }] }])
  } finally {
    leaving.abort()
    await following.catch(() => undefined)
  }
})
