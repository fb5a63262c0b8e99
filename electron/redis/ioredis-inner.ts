import type { Redis } from 'ioredis'

/** From the connection on that is being made. ioredis took it from its options already, before it asked where to connect to. */
export function usePassword(redis: Redis, password: string): void {
  redis.options.password = password
  const { username } = redis.options
  const made = redis as unknown as { readonly condition?: { auth?: string | readonly [string, string] } | null }
  if (made.condition) made.condition.auth = username ? [username, password] : password
}

/** Whether it is what the server said to SELECT. */
export function isSelectFailure(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== 'ReplyError') return false
  return (error as { command?: { name?: string } }).command?.name?.toLowerCase() === 'select'
}
