import { message } from '../../../../shared/words/messages'
import { foreignItem } from './foreign-item'
import { foreignSsh } from './foreign-ssh'
import { numberOf, recordOf, textOf, type Foreign, type ImportItem } from './import-item'

const FILES = ['key', 'cert', 'ca']

export function isOfAnotherManager(item: Foreign): boolean {
  return ['auth', 'separator', 'connectionReadOnly', 'sslOptions', 'sshOptions', 'cluster'].some((name) => name in item)
}

/**
 * A connection as Another Redis Desktop Manager exports it: with sentinels `auth` is theirs, and the server's password stands
 * in `sentinelOptions`. Its certificates are paths of files there, which nothing here reads; nor does it check a server's.
 * https://github.com/qishibo/AnotherRedisDesktopManager
 */
export function fromAnotherManager(item: Foreign): ImportItem {
  const sentinel = recordOf(item['sentinelOptions'])
  const ssl = recordOf(item['sslOptions'])
  const ssh = recordOf(item['sshOptions'])
  const isSentinel = textOf(sentinel['masterName']) !== ''
  const isSsh = typeof item['sshOptions'] === 'object' && item['sshOptions'] !== null
  const isTls = typeof item['sslOptions'] === 'object' && item['sslOptions'] !== null
  const hasFiles = FILES.some((name) => textOf(ssl[name]) !== '')
  const auth = textOf(item['auth'])
  return foreignItem({
    ...{ name: textOf(item['name']), host: textOf(item['host']) || '127.0.0.1', port: numberOf(item['port'], 6379) },
    kind: isSentinel ? 'sentinel' : item['cluster'] === true ? 'cluster' : 'tcp',
    ...{ primary: textOf(sentinel['masterName']), sentinelUsername: '' },
    ...{ username: textOf(item['username']), db: 0, readOnly: item['connectionReadOnly'] === true },
    isProduction: false,
    tls: isTls ? { ca: '', cert: '', serverName: textOf(ssl['servername']), verify: true } : null,
    ssh: isSsh ? foreignSsh(ssh, 'privatekey') : null,
    secrets: {
      password: (isSentinel ? textOf(sentinel['nodePassword']) : auth) || undefined,
      'sentinel-password': (isSentinel && auth) || undefined,
    },
    notes: [...(hasFiles ? [message('import.files')] : []), ...(isTls ? [message('import.verified-here')] : [])],
  })
}
