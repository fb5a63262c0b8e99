import type { ConnectionProfile, Endpoint, SecretPurpose } from '../../shared/model/connection'
import { words } from '../../shared/words/words'
import { addressMapText, parseAddressMap } from '../../shared/address-map'
import { namesText, parseNames } from '../../shared/masking/name-list'
import { MASKED_NAMES } from '../../shared/masking/names'
import { nodesText, parseNodes } from '../../shared/node-list'
import { BLANK_SSH, checkSsh, fillSsh, sshOf, sshSecrets, type SshFormState } from './ssh-form'

/** What is typed into the connection form, as it is typed. */
export interface ConnectionFormState extends SshFormState {
  readonly name: string
  readonly folder: string
  readonly notes: string
  readonly isMasking: boolean
  /** Names, one a line or parted by commas. */
  readonly masked: string
  readonly color: ConnectionProfile['color']
  readonly environment: ConnectionProfile['environment']
  readonly readOnly: boolean
  readonly kind: Endpoint['kind']
  readonly host: string
  readonly port: number | null
  readonly path: string
  /** Of a cluster, or the sentinels: host and port of one or more. */
  readonly nodes: string
  /** What a cluster or sentinels announce, and where that is reached: a line each. */
  readonly addressMap: string
  /** How the sentinels call the primary; and their own login and TLS. */
  readonly primary: string
  readonly sentinelUsername: string
  readonly sentinelPassword: string | null
  readonly sentinelTls: boolean
  readonly sentinelCa: string
  readonly sentinelServerName: string
  readonly sentinelVerify: boolean
  readonly username: string
  /** Null: not touched, so that what is known stays. */
  readonly password: string | null
  readonly db: number | null
  readonly tls: boolean
  readonly ca: string
  readonly cert: string
  /** Null: not touched. */
  readonly tlsKey: string | null
  readonly tlsPassphrase: string | null
  readonly serverName: string
  readonly verify: boolean
}

export type ConnectionSecrets = { readonly [P in SecretPurpose]?: string | null }

export type FieldErrors = Readonly<Partial<Record<keyof ConnectionFormState, string>>>

const BLANK: ConnectionFormState = {
  ...BLANK_SSH,
  name: '',
  folder: '',
  notes: '',
  isMasking: true,
  masked: namesText(MASKED_NAMES),
  color: 'blue',
  environment: 'dev',
  readOnly: false,
  kind: 'tcp',
  host: '127.0.0.1',
  port: 6379,
  path: '',
  nodes: '',
  addressMap: '',
  primary: '',
  sentinelUsername: '',
  sentinelPassword: null,
  sentinelTls: false,
  sentinelCa: '',
  sentinelServerName: '',
  sentinelVerify: true,
  username: '',
  password: null,
  db: 0,
  tls: false,
  ca: '',
  cert: '',
  tlsKey: null,
  tlsPassphrase: null,
  serverName: '',
  verify: true,
}

/** The form for a new connection, or one there is. */
export function formOf(connection: ConnectionProfile | null): ConnectionFormState {
  return connection ? fillForm(BLANK, connection) : BLANK
}

/** The same by another way in. */
export function formBy(form: ConnectionFormState, endpoint: Endpoint): ConnectionFormState {
  return { ...form, ...endpointFields(endpoint) }
}

/** The form with a profile in it. Secrets are not part of a profile. */
export function fillForm(form: ConnectionFormState, profile: ConnectionProfile): ConnectionFormState {
  const { name, color, environment, readOnly, endpoint, username, db, tls, ssh } = profile
  const addressMap = profile.addressMap ? addressMapText(profile.addressMap) : form.addressMap
  const { folder = form.folder, notes = form.notes, masked } = profile
  return {
    ...form,
    ...(masked && { isMasking: masked.length > 0 }),
    ...(masked && masked.length > 0 && { masked: namesText(masked) }),
    ...{ name, folder, notes, addressMap, color, environment, readOnly, username, db },
    ...endpointFields(endpoint),
    tls: tls !== null,
    ca: tls?.ca ?? '',
    cert: tls?.cert ?? '',
    serverName: tls?.serverName ?? '',
    verify: tls?.verify ?? true,
    ...fillSsh(ssh),
  }
}

function endpointFields(endpoint: ConnectionProfile['endpoint']): Partial<ConnectionFormState> {
  switch (endpoint.kind) {
    case 'tcp':
      return { kind: 'tcp', host: endpoint.host, port: endpoint.port }
    case 'unix':
      return { kind: 'unix', path: endpoint.path }
    case 'cluster':
      return { kind: 'cluster', nodes: nodesText(endpoint.nodes) }
    case 'sentinel': {
      const { nodes, primary, username, tls } = endpoint
      return {
        ...{ kind: 'sentinel', nodes: nodesText(nodes), primary, sentinelUsername: username },
        sentinelTls: tls !== null,
        sentinelCa: tls?.ca ?? '',
        sentinelServerName: tls?.serverName ?? '',
        sentinelVerify: tls?.verify ?? true,
      }
    }
  }
}

function endpointOf(form: ConnectionFormState): ConnectionProfile['endpoint'] {
  switch (form.kind) {
    case 'tcp':
      return { kind: 'tcp', host: form.host.trim(), port: form.port ?? 6379 }
    case 'unix':
      return { kind: 'unix', path: form.path.trim() }
    case 'cluster':
      return { kind: 'cluster', nodes: parseNodes(form.nodes) ?? [] }
    case 'sentinel':
      return {
        kind: 'sentinel',
        nodes: parseNodes(form.nodes) ?? [],
        primary: form.primary.trim(),
        username: form.sentinelUsername.trim(),
        tls: form.sentinelTls
          ? { ca: form.sentinelCa.trim(), serverName: form.sentinelServerName.trim(), verify: form.sentinelVerify }
          : null,
      }
  }
}

const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/
const PEM_BEGIN = '-----BEGIN CERTIFICATE-----'

/** The secrets that were typed. Untouched: what is known stays. Emptied: none. */
export function secretsOf(form: ConnectionFormState): ConnectionSecrets {
  const typed = {
    password: form.password,
    'sentinel-password': form.sentinelPassword,
    'tls-key': form.tlsKey,
    'tls-passphrase': form.tlsPassphrase,
    ...sshSecrets(form),
  } satisfies Record<SecretPurpose, string | null>
  const touched = Object.entries(typed).filter(([, secret]) => secret !== null)
  return Object.fromEntries(touched.map(([purpose, secret]) => [purpose, secret === '' ? null : secret]))
}

/** What must be put right before anything is sent, field by field. */
export function checkForm(form: ConnectionFormState): FieldErrors {
  const errors: { -readonly [K in keyof FieldErrors]: FieldErrors[K] } = {}
  if (form.name.trim() === '') errors.name = words.connectionForm.nameNeeded
  if (form.kind === 'tcp') {
    if (form.host.trim() === '') errors.host = words.connectionForm.hostNeeded
    else if (/^[a-z]+:\/\//i.test(form.host)) errors.host = words.connectionForm.isUrl
    if (form.port === null) errors.port = words.connectionForm.portNeeded
  } else if (form.kind === 'unix') {
    if (!form.path.startsWith('/')) errors.path = words.connectionForm.socketPathNeeded
  } else if (parseNodes(form.nodes) === null) errors.nodes = words.connectionForm.nodesNeeded
  if (form.kind === 'sentinel') {
    if (form.primary.trim() === '') errors.primary = words.connectionForm.primaryNeeded
    if (form.sentinelTls && isNoPem(form.sentinelCa)) errors.sentinelCa = words.connectionForm.pemNeeded
  }
  if (form.isMasking && parseNames(form.masked) === null) errors.masked = words.masking.namesNeeded
  const isLed = form.kind === 'cluster' || form.kind === 'sentinel'
  if (isLed && parseAddressMap(form.addressMap) === null) errors.addressMap = words.connectionForm.addressMapNeeded
  if (form.db === null && form.kind !== 'cluster') errors.db = words.connectionForm.databaseNeeded
  if (form.tls) {
    if (isNoPem(form.ca)) errors.ca = words.connectionForm.pemNeeded
    if (isNoPem(form.cert)) errors.cert = words.connectionForm.pemNeeded
    if (form.tlsKey?.trim() && !PRIVATE_KEY.test(form.tlsKey)) errors.tlsKey = words.connectionForm.keyNeeded
  }
  return { ...errors, ...checkSsh(form) }
}

function isNoPem(text: string): boolean {
  return text.trim() !== '' && !text.includes(PEM_BEGIN)
}

/** The profile that the form describes. Call it only when `checkForm` finds nothing. */
export function profileOf(form: ConnectionFormState): ConnectionProfile {
  return {
    ...{ name: form.name.trim(), folder: form.folder.trim(), notes: form.notes.trim(), color: form.color },
    environment: form.environment,
    readOnly: form.readOnly,
    endpoint: endpointOf(form),
    username: form.username.trim(),
    db: form.kind === 'cluster' ? 0 : (form.db ?? 0),
    tls:
      form.tls && form.kind !== 'unix'
        ? { ca: form.ca.trim(), cert: form.cert.trim(), serverName: form.serverName.trim(), verify: form.verify }
        : null,
    ssh: sshOf(form),
    ...maskedOf(form),
    addressMap:
      form.kind === 'cluster' || form.kind === 'sentinel' ? [...(parseAddressMap(form.addressMap) ?? [])] : [],
  }
}

/** Nothing where the names are those of all connections: they may become more. */
function maskedOf({ isMasking, masked }: ConnectionFormState): Pick<ConnectionProfile, 'masked'> {
  if (!isMasking) return { masked: [] }
  const names = parseNames(masked)
  return names === null || namesText(names) === namesText(MASKED_NAMES) ? {} : { masked: [...names] }
}
