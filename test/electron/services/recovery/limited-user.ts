import { openSluice, type Sluice, type World } from './recovery-kit'

/** A Sluice of its own, logged in as a user who may do everything but what these ACL rules take away: `-eval`. */
export async function openAs(
  { redis, direct, proxy }: Pick<World, 'redis' | 'direct' | 'proxy'>,
  ...rules: readonly string[]
): Promise<Sluice> {
  await direct.call('ACL', 'SETUSER', 'limited', 'reset', 'on', '>secret', '~*', '&*', '+@all', ...rules)
  const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
  const sluice = await openSluice(redis.connection({ endpoint, username: 'limited' }), 'secret')
  await direct.config('RESETSTAT') // what it asked for when it connected
  return sluice
}
