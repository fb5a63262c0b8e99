import { message } from '../../../../shared/words/messages'
import { foreignItem } from './foreign-item'
import { foreignSsh } from './foreign-ssh'
import { numberOf, recordOf, textOf, type Foreign, type ImportItem } from './import-item'

export function isOfRedisInsight(item: Foreign): boolean {
  return 'connectionType' in item || 'lastConnection' in item || 'compressor' in item
}

/**
 * A database as Redis Insight exports it. With sentinels user and password are theirs, and those of the server stand in
 * `sentinelMaster`. https://redis.io/docs/latest/develop/tools/insight/
 */
export function fromRedisInsight(item: Foreign): ImportItem {
  const sentinel = recordOf(item['sentinelMaster'])
  const isSentinel = textOf(item['connectionType']) === 'SENTINEL' || textOf(sentinel['name']) !== ''
  const isCluster = textOf(item['connectionType']) === 'CLUSTER' && item['forceStandalone'] !== true
  const server = isSentinel ? sentinel : item
  const [ca, client] = [recordOf(item['caCert']), recordOf(item['clientCert'])]
  const cert = textOf(client['certificate'])
  const verify = item['verifyServerCert'] !== false || textOf(ca['certificate']) !== ''
  return foreignItem({
    ...{ name: textOf(item['name']), host: textOf(item['host']), port: numberOf(item['port'], 6379) },
    kind: isSentinel ? 'sentinel' : isCluster ? 'cluster' : 'tcp',
    ...{ primary: textOf(sentinel['name']), sentinelUsername: isSentinel ? textOf(item['username']) : '' },
    ...{ username: textOf(server['username']), db: numberOf(item['db'], 0), readOnly: false },
    isProduction: textOf(item['environment']).toLowerCase().startsWith('prod'),
    tls:
      item['tls'] === true || cert !== ''
        ? { ca: textOf(ca['certificate']), cert, serverName: textOf(item['tlsServername']), verify: true }
        : null,
    ssh: item['ssh'] === true ? foreignSsh(recordOf(item['sshOptions']), 'privateKey') : null,
    secrets: {
      password: textOf(server['password']) || undefined,
      'sentinel-password': (isSentinel && textOf(item['password'])) || undefined,
      'tls-key': (cert !== '' && textOf(client['key'])) || undefined,
    },
    notes: item['tls'] === true && !verify ? [message('import.verified-here')] : [],
  })
}
