import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { secretPurpose, type ConnectionProfile } from '../../../shared/model/connection'
import { outsideWords } from '../../../shared/words/en/outside-words'
import { listedConnection, MOST_LISTED, readListed, secretField } from '../../services/connections/listed'
import { badInput } from '../../services/lib/bad-input'
import { errorCode, readBounded } from './bounded-file'
import { given, type GivenConnection, type SecretSource } from './given'
import { readCertificates } from './pem-file'
import { readAt, wrong } from './wrong'

const NAME = 'SLUICE_CONNECTIONS'
const MOST_BYTES = 4_194_304

/** The connections of SLUICE_CONNECTIONS: JSON, or the path of a file that holds it. Throws `UsageError`, never with a value. */
export async function givenByList(text: string): Promise<readonly GivenConnection[]> {
  const isJson = /^\s*[[{]/.test(text)
  const file = isJson ? null : resolve(text.trim())
  const json = file === null ? text : await readFile(file)
  const items = itemsOf(json, file === null ? outsideWords.noJson : outsideWords.fileNoJson(file))
  const from = file === null ? process.cwd() : dirname(file)
  return Promise.all(items.map((item, at) => readItem(item, `${NAME}: connections.${at}`, from)))
}

async function readFile(file: string): Promise<string> {
  const text = await readBounded(file, MOST_BYTES).catch((error: unknown) => {
    throw wrong(NAME, outsideWords.fileNotRead(file, errorCode(error)), outsideWords.writeJson)
  })
  if (text === null) throw wrong(NAME, outsideWords.fileTooLarge(file, MOST_BYTES))
  return text
}

function itemsOf(json: string, problem: string): readonly unknown[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(json)
  } catch {
    // What JSON.parse says quotes the text.
    throw wrong(NAME, problem, outsideWords.writeJson)
  }
  const items = z.union([z.array(z.unknown()), z.object({ connections: z.array(z.unknown()) })]).safeParse(parsed)
  if (!items.success) throw wrong(NAME, outsideWords.noList, outsideWords.writeJson)
  const list = Array.isArray(items.data) ? items.data : items.data.connections
  if (list.length > MOST_LISTED) throw wrong(NAME, outsideWords.tooMany(MOST_LISTED))
  return list
}

async function readItem(item: unknown, place: string, from: string): Promise<GivenConnection> {
  const at = (field: string): string => (field === '' ? place : `${place}.${field}`)
  const record = z.record(z.string(), z.unknown()).safeParse(item)
  if (!record.success) throw wrong(place, outsideWords.noObject)
  const taken = new Set<string>()
  const take = (field: string): string | undefined => {
    taken.add(field)
    return readAt(at, () => valueOf(field, record.data[field]))
  }
  const [caFile, certFile] = [take('caFile'), take('certFile')]
  const sources = secretPurpose.options.map(
    (purpose) => [purpose, sourceOf(secretField(purpose), take, at, from)] as const,
  )
  const rest = Object.fromEntries(Object.entries(record.data).filter(([field]) => !taken.has(field)))
  const { profile, password } = readAt(at, () => {
    const { data, error } = listedConnection.strict().safeParse(rest)
    if (data === undefined) throw badInput(error.issues)
    return readListed(data)
  })
  const secrets = Object.fromEntries(sources)
  if (password !== null && secrets['password'] !== undefined) throw wrong(at('password'), outsideWords.secretTwice)
  const tls = await withCertificates(profile.tls, { caFile, certFile }, at, from)
  return given({ ...profile, tls }, NAME, {
    ...secrets,
    ...(password === null ? {} : { password: { kind: 'value', secret: password } }),
  })
}

function sourceOf(
  field: string,
  take: (field: string) => string | undefined,
  at: (field: string) => string,
  from: string,
): SecretSource | undefined {
  const [secret, file] = [take(field), take(`${field}File`)]
  if (secret !== undefined && file !== undefined) throw wrong(at(`${field}File`), outsideWords.secretTwice)
  if (file !== undefined) return { kind: 'file', path: resolve(from, file) }
  return secret === undefined ? undefined : { kind: 'value', secret }
}

function valueOf(field: string, value: unknown): string | undefined {
  const { success, data, error } = z.string().min(1).max(65_536).optional().safeParse(value)
  if (!success) throw badInput(error.issues.map((issue) => ({ ...issue, path: [field] })))
  return data
}

async function withCertificates(
  tls: ConnectionProfile['tls'],
  { caFile, certFile }: { readonly caFile: string | undefined; readonly certFile: string | undefined },
  at: (field: string) => string,
  from: string,
): Promise<ConnectionProfile['tls']> {
  if (caFile === undefined && certFile === undefined) return tls
  if (tls === null) throw wrong(at(caFile === undefined ? 'certFile' : 'caFile'), outsideWords.tlsNeeded)
  const ca = caFile === undefined ? tls.ca : await readCertificates(at('caFile'), resolve(from, caFile))
  const cert = certFile === undefined ? tls.cert : await readCertificates(at('certFile'), resolve(from, certFile))
  return { ...tls, ca, cert }
}
