import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { requireBinary } from './find-binary'

const run = promisify(execFile)

/** A throwaway certificate authority, and a certificate that it signed for localhost and 127.0.0.1; all as PEM text. */
export interface TlsFiles {
  /** The authority's certificate, to trust. */
  readonly ca: string
  readonly cert: string
  readonly key: string
}

let shared: Promise<TlsFiles> | null = null

/** The same for every server of this process. */
export function sharedTlsFiles(): Promise<TlsFiles> {
  shared ??= makeTlsFiles()
  return shared
}

/** A new authority that nobody trusts yet, for tests of a wrong one. */
export async function makeTlsFiles(): Promise<TlsFiles> {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-tls-'))
  const openssl = (...args: readonly string[]): Promise<unknown> =>
    run(requireBinary('openssl'), args, { cwd: dir, timeout: 20_000 })
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const authority = ['-subj', '/CN=Sluice test authority', '-days', '2']
  const signing = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names.cnf']
  try {
    await writeFile(join(dir, 'names.cnf'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n')
    await openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.crt', ...authority)
    await openssl('req', ...newKey, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=localhost')
    await openssl('x509', '-req', '-in', 'server.csr', ...signing, '-out', 'server.crt')
    const read = (name: string): Promise<string> => readFile(join(dir, name), 'utf8')
    return { ca: await read('ca.crt'), cert: await read('server.crt'), key: await read('server.key') }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
