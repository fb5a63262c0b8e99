import { describe, expect, it } from 'vitest'
import { useCli } from './cli-kit'

const kit = useCli()

/** Entries of `orders`, of which only this one is still pending, with another body. */
async function fill(count: number, failing: number): Promise<void> {
  const line = kit.direct.pipeline()
  for (let n = 1; n <= count; n += 1) line.xadd('orders', `${n}-0`, 'type', n === failing ? 'ref\u001b[2Jund' : 'order')
  line.xgroup('CREATE', 'orders', 'billing', '0')
  line.xreadgroup('GROUP', 'billing', 'worker-1', 'COUNT', count, 'STREAMS', 'orders', '>')
  for (let n = 1; n <= count; n += 1) if (n !== failing) line.xack('orders', 'billing', `${n}-0`)
  await line.exec()
}

describe('sluice why', () => {
  it('says what sets it apart, as a table and as JSON, and lets nothing through that a terminal obeys', async () => {
    await fill(40, 20)
    const asked = ['why', 'orders', 'billing', '20-0']
    const { code, stdout, stderr } = await kit.cli(asked, { columns: 120 })
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout.trim().split('\n')).toEqual([
      'Beside the 39 nearest entries that billing is done with:',
      '  type is ref\\u{1b}[2Jund. None of 39 others has that; all have order.',
    ])
    expect(await kit.json(asked)).toMatchObject([
      { what: 'difference', kind: 'value', is: 'ref\u001b[2Jund', of: 39, usual: ['order'] },
      { what: 'end', id: '20-0', deliveries: 1, passed: 39, isTooFew: false, differences: 1, more: 0, isPartly: false },
    ])
  })

  it('says that nothing does, and that too few have passed', async () => {
    await fill(40, 20)
    const like = await kit.cli(['why', 'orders', 'billing', '21-0'], { columns: 120 })
    expect(like.stdout).toMatch(/^Nothing sets it apart from the 38 nearest entries that billing is done with/)
    await kit.direct.del('orders')
    await fill(4, 2)
    const few = await kit.cli(['why', 'orders', 'billing', '2'], { columns: 120 })
    expect(few.stdout).toBe('Only 3 entries nearby are done with in billing: too few to say.\n')
  })

  it('refuses what is no id before it connects, and an entry that is not there', async () => {
    expect(await kit.cli(['why', 'orders', 'billing', 'x'], { nowhere: true })).toMatchObject({ code: 2 })
    await fill(4, 2)
    const { code, stderr } = await kit.cli(['why', 'orders', 'billing', '9-0'])
    expect([code, stderr]).toEqual([expect.any(Number), expect.stringContaining('9-0')])
    expect(code).not.toBe(0)
  })
})
