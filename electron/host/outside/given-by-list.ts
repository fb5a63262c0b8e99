import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { secretPurpose, type ConnectionProfile } from '../../../shared/model/connection'
import { outsideWords } from '../../../shared/words/en/outside-words'
import { listedConnection, MOST_LISTED, readListed, secretField } from '../../services/connections/listed'
import { badInput } from '../../services/lib/bad-input'
import { errorCode, readBounded, type FileText } from './bounded-file'
import { command } from './command'
import { given, type GivenConnection, type SecretSource } from './given'
import { readCertificates } from './pem-file'
import { readAt, wrong } from './wrong'

const NAME = 'SLUICE_CONNECTIONS'
const MOST_BYTES = 4_194_304

/** The connections of SLUICE_CONNECTIONS: JSON, or the path of a file that holds it. Throws `UsageError`, never with a value. */
export async function givenByList(text: string): Promise<readonly GivenConnection[]> {
  const isJson = /^\s*[[{]/.test(text)
  const file = isJson ? null : resolve(text.trim())
  const { text: json, isPrivate } = file === null ? { text, isPrivate: false } : await readFile(file)
  const items = itemsOf(json, file === null ? outsideWords.noJson : outsideWords.fileNoJson(file))
  const from = file === null ? process.cwd() : dirname(file)
  return Promise.all(items.map((item, at) => readItem(item, `${NAME}: connections.${at}`, { from, mayRun: isPrivate })))
}

async function readFile(file: string): Promise<FileText> {
  const found = await readBounded(file, MOST_BYTES).catch((error: unknown) => {
    throw wrong(NAME, outsideWords.fileNotRead(file, errorCode(error)), outsideWords.writeJson)
  })
  if (found === null) throw wrong(NAME, outsideWords.fileTooLarge(file, MOST_BYTES))
  return found
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

/** `from`: where paths count from. `mayRun`: whether commands are taken. */
interface Origin {
  readonly from: string
  readonly mayRun: boolean
}

interface Item extends Origin {
  at(field: string): string
  /** The field's value, which counts as read then. */
  take(field: string): unknown
  text(field: string): string | undefined
}

async function readItem(value: unknown, where: string, origin: Origin): Promise<GivenConnection> {
  const at = (field: string): string => (field === '' ? where : `${where}.${field}`)
  const record = z.record(z.string(), z.unknown()).safeParse(value)
  if (!record.success) throw wrong(where, outsideWords.noObject)
  const taken = new Set<string>()
  const take = (field: string): unknown => {
    taken.add(field)
    return record.data[field]
  }
  const item: Item = { ...origin, at, take, text: (field) => readAt(at, () => textOf(field, take(field))) }
  const [caFile, certFile] = [item.text('caFile'), item.text('certFile')]
  const secrets = Object.fromEntries(secretPurpose.options.map((each) => [each, sourceOf(secretField(each), item)]))
  const rest = Object.fromEntries(Object.entries(record.data).filter(([field]) => !taken.has(field)))
  const { profile, password } = readAt(at, () => {
    const { data, error } = listedConnection.strict().safeParse(rest)
    if (data === undefined) throw badInput(error.issues)
    return readListed(data)
  })
  if (password !== null && secrets['password'] !== undefined) throw wrong(at('password'), outsideWords.secretTwice)
  const tls = await withCertificates(profile.tls, { caFile, certFile }, item)
  return given({ ...profile, tls }, NAME, {
    ...secrets,
    ...(password === null ? {} : { password: { kind: 'value', secret: password } }),
  })
}

function sourceOf(field: string, item: Item): SecretSource | undefined {
  const [secret, file, argv] = [item.text(field), item.text(`${field}File`), readCommand(`${field}Command`, item)]
  const given = [secret, file, argv].filter((each) => each !== undefined)
  if (given.length > 1) throw wrong(item.at(field), outsideWords.secretTwice)
  if (file !== undefined) return { kind: 'file', path: resolve(item.from, file) }
  if (argv !== undefined) return { kind: 'command', argv }
  return secret === undefined ? undefined : { kind: 'value', secret }
}

function readCommand(field: string, { take, at, mayRun }: Item): readonly string[] | undefined {
  const { success, data } = command.optional().safeParse(take(field))
  if (!success) throw wrong(at(field), outsideWords.noCommand)
  if (data !== undefined && !mayRun) throw wrong(at(field), outsideWords.commandNotHere)
  return data
}

function textOf(field: string, value: unknown): string | undefined {
  const { success, data, error } = z.string().min(1).max(65_536).optional().safeParse(value)
  if (!success) throw badInput(error.issues.map((issue) => ({ ...issue, path: [field] })))
  return data
}

async function withCertificates(
  tls: ConnectionProfile['tls'],
  { caFile, certFile }: { readonly caFile: string | undefined; readonly certFile: string | undefined },
  { at, from }: Item,
): Promise<ConnectionProfile['tls']> {
  if (caFile === undefined && certFile === undefined) return tls
  if (tls === null) throw wrong(at(caFile === undefined ? 'certFile' : 'caFile'), outsideWords.tlsNeeded)
  const ca = caFile === undefined ? tls.ca : await readCertificates(at('caFile'), resolve(from, caFile))
  const cert = certFile === undefined ? tls.cert : await readCertificates(at('certFile'), resolve(from, certFile))
  return { ...tls, ca, cert }
}
