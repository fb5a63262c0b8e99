import { isAppError } from '../../shared/error'
import type { Reader } from './reader-writer'
import { asBuffer, asNumber, asRecord, asText, type Reply } from './reply'

/** INFO as names and values, of one section or the default ones. https://redis.io/docs/latest/commands/info/ */
export async function info(reader: Reader, section?: string): Promise<ReadonlyMap<string, string>> {
  return parseInfo(asBuffer(await reader.call('INFO', ...(section ? [section] : []))).toString('utf8'))
}

export function parseInfo(text: string): ReadonlyMap<string, string> {
  const told = new Map<string, string>()
  for (const line of text.split(/\r?\n/)) {
    const at = line.indexOf(':')
    if (at > 0 && !line.startsWith('#')) told.set(line.slice(0, at), line.slice(at + 1))
  }
  return told
}

/** HELLO without arguments (6.2+): what the server says of itself, by name. https://redis.io/docs/latest/commands/hello/ */
export async function hello(reader: Reader): Promise<ReadonlyMap<string, Reply>> {
  return asRecord(await reader.call('HELLO'))
}

/** The user that this connection is logged in as (6.0+). https://redis.io/docs/latest/commands/acl-whoami/ */
export async function currentUser(reader: Reader): Promise<string> {
  return asBuffer(await reader.call('ACL', 'WHOAMI')).toString('utf8')
}

/** DBSIZE: all keys of the database. https://redis.io/docs/latest/commands/dbsize/ */
export async function databaseSize(reader: Reader): Promise<number> {
  return asNumber(await reader.call('DBSIZE'))
}

/** PTTL in ms; null when the key doesn't expire or doesn't exist. https://redis.io/docs/latest/commands/pttl/ */
export async function timeToLiveMs(reader: Reader, key: Buffer): Promise<number | null> {
  const left = asNumber(await reader.call('PTTL', key))
  return left < 0 ? null : left
}

/** `notify-keyspace-events`; null where CONFIG is not allowed, as on most managed servers. */
export async function keyspaceEvents(reader: Reader): Promise<string | null> {
  try {
    const told = asRecord(await reader.call('CONFIG', 'GET', 'notify-keyspace-events'))
    const value = told.get('notify-keyspace-events')
    return value === undefined ? null : asText(value)
  } catch (error) {
    if (isAppError(error, 'REDIS') || isAppError(error, 'UNSUPPORTED')) return null
    throw error
  }
}
