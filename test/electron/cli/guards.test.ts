import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { heldBy } from '../../helpers/pel'
import { useCli } from './cli-kit'

const kit = useCli({ users: ['reader on nopass ~* +@read +info +ping +client +hello +scan'] })
const ACK = ['ack', 'orders', 'billing', '--id', '1-0', '--yes'] as const
const pending = async () => (await heldBy(kit.direct, 'orders', 'billing'))['worker-3'] ?? 0

describe('the guards of a connection hold', () => {
  it('on one that is saved as read-only', async () => {
    await kit.seed(3)
    await kit.save({ name: 'look', readOnly: true })
    const { code, stderr } = await kit.cli([...ACK, '--connection', 'look'], { nowhere: true })
    expect({ code, stderr }).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('look is read-only in Sluice') as string,
    })
    expect(await pending()).toBe(3)
  })

  it('also where the same server is given by its address', async () => {
    await kit.seed(3)
    await kit.save({ name: 'look', readOnly: true })
    const { code, stderr } = await kit.cli(ACK)
    expect(code).toBe(4)
    expect(stderr).toContain('its guards hold: read-only')
    expect(await pending()).toBe(3)
    // Another database of it is another matter.
    await kit.cli(['streams', '-n', '1'])
    expect((await kit.cli(['streams', '-n', '1'])).stderr).not.toContain('read-only')
  })

  it('a production one asks for the name, given by its address as well', async () => {
    await kit.seed(3)
    await kit.save({ name: 'live', environment: 'prod' })
    const words = ['ack-delete', 'orders', 'billing', '--id', '1-0', '--yes']
    const refused = await kit.cli(words)
    expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining('--confirm orders') as string })
    expect(refused.stderr).toContain('its guards hold: production')
    expect(await kit.direct.xlen('orders')).toBe(3)
    expect((await kit.cli([...words, '--confirm', 'orders'])).code).toBe(0)
    expect(await kit.direct.xlen('orders')).toBe(2)
  })

  it('those of SLUICE_CONNECTIONS hold by the address as well, also where it is the very same', async () => {
    await kit.seed(3)
    for (const name of ['live', `127.0.0.1:${kit.redis.port}`]) {
      const listed = { name, url: kit.redis.url, environment: 'prod', readOnly: true }
      const env = { SLUICE_CONNECTIONS: JSON.stringify([listed]) }
      const given = await kit.cli(ACK, { env: { ...env } })
      const byUrl = await kit.cli(ACK, { nowhere: true, env: { ...env, REDIS_URL: kit.redis.url } })
      for (const { code, stderr } of [given, byUrl]) {
        expect(code).toBe(4)
        expect(stderr).toContain('its guards hold: production, read-only')
      }
    }
    expect(await pending()).toBe(3)
  })

  it('with --read-only nothing is changed anywhere', async () => {
    await kit.seed(3)
    const { code, stderr } = await kit.cli([...ACK, '--read-only'])
    expect({ code, stderr }).toMatchObject({ code: 4, stderr: expect.stringContaining('read-only') as string })
    expect(await pending()).toBe(3)
  })

  it('what the server’s ACL denies is told in the server’s words', async () => {
    await kit.seed(3)
    const { code, stderr } = await kit.cli([...ACK, '--user', 'reader', '-a', 'x'])
    expect(code).toBe(4)
    expect(stderr).toMatch(/NOPERM|xack/i)
    expect(await pending()).toBe(3)
  })
})

describe('the connection', () => {
  it('is found by its name or id; an unknown one names those there are', async () => {
    await kit.seed(1)
    await kit.save({ name: 'one' })
    expect((await kit.json(['streams', '--connection', 'one'], { nowhere: true })).map(({ key }) => key)).toEqual([
      'orders',
    ])
    const { code, stderr } = await kit.cli(['streams', '--connection', 'two'], { nowhere: true })
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('there are one') as string })
  })

  it('that goes without saying is that of REDIS_URL', async () => {
    await kit.seed(1)
    const way = { nowhere: true, env: { REDIS_URL: kit.redis.url } }
    expect(await kit.json(['streams'], way)).toHaveLength(1)
  })

  it('is named once', async () => {
    expect(await kit.cli(['streams', '--connection', 'one'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('not both') as string,
    })
  })

  it('that can’t be reached ends with 3, and says what to do', async () => {
    for (const words of [
      ['streams', '127.0.0.1:1'],
      ['report', 'redis://127.0.0.1:1'],
      ['ack', 'a', 'b', '--all', '--yes', '-p', '1'],
    ]) {
      const { code, stdout, stderr } = await kit.cli(words, { nowhere: true })
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
      expect(stderr).toContain('127.0.0.1:1')
    }
  })

  it('of a data directory that can’t be had ends with 7', async () => {
    const file = join(kit.dataDir, 'file')
    writeFileSync(file, '')
    const words = ['journal', '--data-dir', join(file, 'below')]
    const { code, stdout, stderr } = await kit.cli(words, { asTyped: true })
    expect({ code, stdout }).toEqual({ code: 7, stdout: '' })
    expect(stderr).toContain(file)
  })
})
