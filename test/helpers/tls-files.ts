import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { requireBinary } from './find-binary'

const run = promisify(execFile)

/** A throwaway certificate authority, and a certificate that it signed for localhost and 127.0.0.1. */
export interface TlsFiles {
  readonly caFile: string
  readonly certFile: string
  readonly keyFile: string
  /** PEM text of the authority's certificate. */
  readonly ca: string
}

let shared: Promise<TlsFiles> | null = null

/** The same files for every server of this process. */
export function sharedTlsFiles(): Promise<TlsFiles> {
  shared ??= makeTlsFiles()
  return shared
}

/** A new authority that nobody trusts yet, for tests of a wrong one. Its files go when the process ends. */
export async function makeTlsFiles(): Promise<TlsFiles> {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-tls-'))
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }))
  const file = (name: string): string => join(dir, name)
  const openssl = (...args: readonly string[]): Promise<unknown> =>
    run(requireBinary('openssl'), args, { timeout: 20_000 })
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const [caFile, caKey, certFile, keyFile] = [file('ca.crt'), file('ca.key'), file('server.crt'), file('server.key')]

  const caSubject = ['-subj', '/CN=Sluice test authority', '-days', '2']
  await openssl('req', '-x509', ...newKey, '-keyout', caKey, '-out', caFile, ...caSubject)
  await openssl('req', ...newKey, '-keyout', keyFile, '-out', file('server.csr'), '-subj', '/CN=localhost')
  writeFileSync(file('names.cnf'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n')
  const signing = ['-CA', caFile, '-CAkey', caKey, '-CAcreateserial', '-days', '2', '-extfile', file('names.cnf')]
  await openssl('x509', '-req', '-in', file('server.csr'), ...signing, '-out', certFile)
  return { caFile, certFile, keyFile, ca: await readFile(caFile, 'utf8') }
}
