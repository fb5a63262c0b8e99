import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { expect, test } from 'vitest'
import { startFaultProxy, type Fault } from '../../helpers/fault-proxy'
import { createMemoryLog } from '../../helpers/memory-log'
import { startRedis } from '../../helpers/redis-server'
import { createTestBackend } from '../../helpers/test-backend'
import { AS_ADMIN } from '../../helpers/callers'

const SECRET = 'correct:horse/battery staple'
const bulk = (text: string): string => `$${Buffer.byteLength(text)}\r\n${text}\r\n`
const answer = (reply: string): Fault => ({ kind: 'answer', reply })

test('a server that repeats the password in what it tells of itself: page, log and files have none of it', async () => {
  const redis = await startRedis({ password: SECRET })
  const proxy = await startFaultProxy({ host: '127.0.0.1', port: redis.port })
  const dataDir = await mkdtemp(join(tmpdir(), 'sluice-told-'))
  const { log, text } = createMemoryLog()
  const backend = await createTestBackend(dataDir, { log })
  try {
    const client = createRouterClient(backend.router, { context: AS_ADMIN })
    const about = `redis_version:8 ${SECRET}\r\nredis_mode:${SECRET}\r\nrun_id:${SECRET}\r\nrole:master\r\n`
    void proxy.fault('INFO', answer(bulk(about)), 50)
    void proxy.fault('ACL', answer(bulk(SECRET)), 50)
    void proxy.fault('CONFIG', answer(`-ERR ${SECRET}\r\n`), 50)
    void proxy.fault('XACK', answer(`-ERR ${SECRET}\r\n`), 50)
    const profile = redis.connection({ endpoint: { kind: 'tcp', host: '127.0.0.1', port: proxy.port } })
    const tried = await client.connection.test({ profile, secrets: { password: SECRET } })
    const { id: connectionId } = await client.connection.save({ profile, secrets: { password: SECRET } })
    const opened = await client.connection.open({ connectionId })
    expect(opened.server?.version).toBe('8 •••')
    expect(opened.server?.user).toBe('•••')
    expect(JSON.stringify([tried, opened])).not.toContain(SECRET)

    void proxy.fault('INFO', answer(`-ERR ${SECRET}\r\n`), 50)
    void proxy.fault('AUTH', answer(`-ERR ${SECRET}\r\n`), 50)
    void proxy.fault('HELLO', answer(`-ERR ${SECRET}\r\n`), 50)
    await client.connection.close({ connectionId })
    const again = await client.connection.open({ connectionId }).catch((error: unknown) => error)
    expect(JSON.stringify(again)).not.toContain(SECRET)
    expect(text()).not.toContain(SECRET)
    for (const name of await readdir(dataDir, { recursive: true, withFileTypes: true })) {
      if (name.isFile()) expect(await readFile(join(name.parentPath, name.name), 'utf8')).not.toContain(SECRET)
    }
  } finally {
    await backend.close()
    await proxy.stop()
    await redis.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
})
