import { afterEach } from 'vitest'
import type { ConnectionProfile } from '../../shared/model/connection'
import type { OwnedClient } from '../../electron/redis/client'
import { createRedisClient } from '../../electron/redis/connect'
import type { ConnectOptions } from '../../electron/redis/connect-options'
import type { Writer } from '../../electron/redis/reader-writer'
import { grantWritePermit } from '../../electron/redis/write-permit'

export interface SluiceTarget {
  connection(changes?: Partial<ConnectionProfile>): ConnectionProfile
}

export interface SluiceClients {
  /** Not open yet. */
  create(target: SluiceTarget, options?: ClientChanges): OwnedClient
  open(target: SluiceTarget, options?: ClientChanges): Promise<OwnedClient>
  /** Writes without the guard. */
  writer(client: OwnedClient): Writer
}
type ClientChanges = Partial<Omit<ConnectOptions, 'profile'>> & { readonly profile?: Partial<ConnectionProfile> }

function serverProfile({ endpoint, ...profile }: ConnectionProfile): ConnectOptions['profile'] {
  if (endpoint.kind !== 'tcp' && endpoint.kind !== 'unix') throw new Error('a client leads to one server')
  return { ...profile, endpoint }
}

/** The product's own clients, closed after each test. Call at the top of a test file. */
export function useSluiceClients(): SluiceClients {
  const clients = new Set<OwnedClient>()
  afterEach(() => {
    for (const client of clients) client.close()
    clients.clear()
  })
  const create: SluiceClients['create'] = (target, { profile, password = null, ...options } = {}) => {
    const client = createRedisClient({ profile: serverProfile(target.connection(profile)), password, ...options })
    clients.add(client)
    return client
  }
  return {
    create,
    async open(target, options) {
      const client = create(target, options)
      await client.open()
      return client
    },
    writer: (client) => client.writer(grantWritePermit()),
  }
}
