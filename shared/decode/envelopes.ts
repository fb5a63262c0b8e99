import { createBudget, NotDecoded, PAGE_LIMITS } from './budget'
import { isUuidText } from './codings'
import { parseJson } from './json'
import { readPhp } from './php'
import type { TreeNode } from './tree'

/** Libraries that write entries in a form of their own. */
export const PRODUCERS = [
  'spring',
  'dapr',
  'watermill',
  'bullmq',
  'socketio',
  'taskiq',
  'faststream',
  'streaq',
  'debezium',
  'lbs',
  'cap',
  'symfony',
  'redpanda',
  'nestjs',
] as const
export type Producer = (typeof PRODUCERS)[number]

/** An entry as its producer meant it: by whom it is, and what matters of it, by the producer's own names. */
export interface Envelope {
  readonly producer: Producer
  readonly facts: readonly { readonly name: string; readonly text: string }[]
}

/** A field; `text` is null where its value is no text, or not whole. */
export interface EnvelopeField {
  readonly name: string
  readonly text: string | null
}

/** The fields of an entry by name, the first of each; and the JSON in them. */
interface Look {
  readonly names: readonly string[]
  has(name: string): boolean
  text(name: string): string | null
  /** What lies at a path in the JSON of a field; null: there is none. */
  at(field: string, ...path: readonly string[]): TreeNode | null
}

const FACT_CHARS = 300

/** What the entry is, where its fields tell that without doubt. */
export function envelopeOf(fields: readonly EnvelopeField[]): Envelope | null {
  const look = lookAt(fields)
  for (const producer of PRODUCERS) {
    const facts = READ[producer](look)
    if (facts !== null)
      return { producer, facts: facts.flatMap(([name, text]) => (text === null ? [] : [{ name, text }])) }
  }
  return null
}

type Facts = readonly (readonly [name: string, text: string | null])[]

function lookAt(fields: readonly EnvelopeField[]): Look {
  const texts = new Map<string, string | null>()
  for (const { name, text } of fields) if (!texts.has(name)) texts.set(name, text)
  const trees = new Map<string, TreeNode | null>()
  const treeOf = (field: string): TreeNode | null => {
    const known = trees.get(field)
    if (known !== undefined) return known
    const text = texts.get(field) ?? null
    const tree = text === null ? null : parseJson(text)
    trees.set(field, tree)
    return tree
  }
  return {
    names: [...texts.keys()],
    has: (name) => texts.has(name),
    text: (name) => texts.get(name) ?? null,
    at: (field, ...path) => path.reduce<TreeNode | null>((node, key) => memberOf(node, key), treeOf(field)),
  }
}

function memberOf(node: TreeNode | null, key: string): TreeNode | null {
  return node?.kind === 'object' ? (node.members.find((member) => member.key === key)?.value ?? null) : null
}

function short(node: TreeNode | null): string | null {
  return node !== null && 'text' in node && node.kind !== 'null' ? node.text.slice(0, FACT_CHARS) : null
}

/** Facts of these fields themselves. */
function plain(look: Look, ...names: readonly string[]): Facts {
  return names.map((name) => [name, look.text(name)?.slice(0, FACT_CHARS) ?? null])
}

/** Facts of the JSON in a field, each a path. */
function within(look: Look, field: string, ...paths: readonly string[]): Facts {
  return paths.map((path) => [path, short(look.at(field, ...path.split('/')))])
}

const BULL_EVENTS: ReadonlySet<string | null> = new Set([
  ...[
    'added',
    'active',
    'waiting',
    'waiting-children',
    'delayed',
    'completed',
    'failed',
    'progress',
    'stalled',
    'removed',
  ],
  ...['drained', 'paused', 'resumed', 'cleaned', 'duplicated', 'deduplicated', 'debounced', 'retries-exhausted'],
])

/** What BullMQ writes beside the event. */
const BULL_FIELDS: ReadonlySet<string> = new Set([
  ...['event', 'jobId', 'prev', 'name', 'data', 'returnvalue', 'failedReason', 'delay', 'attemptsMade', 'count'],
  ...['deduplicationId', 'deduplicatedJobId', 'debounceId', 'opts'],
])
const BULL_ALONE: ReadonlySet<string | null> = new Set(['drained', 'paused', 'resumed'])
/** https://debezium.io/documentation/reference/stable/connectors/postgresql.html#postgresql-events */
const DEBEZIUM_OPS: ReadonlySet<string | null> = new Set(['c', 'u', 'd', 'r', 't', 'm'])
/** What Dapr adds to a CloudEvent, which others write as well. */
const DAPR_OWN = ['pubsubname', 'topic', 'traceid'] as const

/** By whom it is, each null where it is not. Those with names of their own come before those that may look alike. */
const READ: Readonly<Record<Producer, (look: Look) => Facts | null>> = {
  spring: (look) => (look.has('_class') ? plain(look, '_class') : null),
  dapr: (look) =>
    look.at('data', 'specversion') && DAPR_OWN.some((name) => look.at('data', name) !== null)
      ? within(look, 'data', 'type', 'source', 'topic', 'pubsubname', 'id', 'time', 'datacontenttype')
      : null,
  watermill: (look) => (look.has('_watermill_message_uuid') ? plain(look, '_watermill_message_uuid') : null),
  bullmq: (look) =>
    BULL_EVENTS.has(look.text('event')) &&
    look.names.every((name) => BULL_FIELDS.has(name)) &&
    (look.has('jobId') || (look.names.length === 1 && BULL_ALONE.has(look.text('event'))))
      ? plain(look, 'event', 'jobId', 'name', 'prev', 'failedReason')
      : null,
  socketio: (look) =>
    look.has('uid') && look.has('nsp') && look.has('type') ? plain(look, 'nsp', 'type', 'uid') : null,
  taskiq: (look) =>
    look.at('data', 'task_id') && look.at('data', 'task_name') ? within(look, 'data', 'task_name', 'task_id') : null,
  faststream: (look) =>
    look.has('__data__')
      ? within(look, '__data__', 'headers/correlation_id', 'headers/content-type', 'headers/reply_to')
      : null,
  streaq: (look) => (look.has('task_id') && look.has('enqueue_time') ? plain(look, 'task_id', 'enqueue_time') : null),
  debezium(look) {
    const field = [...(look.has('value') ? ['value'] : []), ...(look.names.length === 1 ? look.names : [])].find(
      (name) => isChange(look, name) || isChange(look, name, 'payload'),
    )
    if (field === undefined) return null
    const paths = ['op', 'source/db', 'source/schema', 'source/table', 'ts_ms']
    return isChange(look, field)
      ? within(look, field, ...paths)
      : paths.map((path) => [path, short(look.at(field, 'payload', ...path.split('/')))])
  },
  lbs: (look) => (look.at('lbs-input', 'DataStreamName') ? within(look, 'lbs-input', 'DataStreamName', 'Info') : null),
  cap: (look) =>
    look.at('headers', 'cap-msg-id')
      ? within(look, 'headers', 'cap-msg-name', 'cap-msg-id', 'cap-msg-type', 'cap-senttime', 'cap-corr-id')
      : null,
  symfony(look) {
    const text = look.text('message')
    const json = /^s:\d+:"/.test(text ?? '') ? phpText(text ?? '') : text
    const tree = json === null ? null : parseJson(json)
    const body = short(memberOf(tree, 'body'))
    if (body === null || memberOf(tree, 'headers') === null) return null
    const type = short(memberOf(memberOf(tree, 'headers'), 'type'))
    const [, written = null] = /^O:\d+:\\*"([\w\\]+)"/.exec(body) ?? []
    return [['type', type ?? written?.replace(/\\+$/, '').replaceAll('\\\\', '\\') ?? null]]
  },
  redpanda: (look) =>
    look.has('body') && look.names.some((name) => /^(kafka|redis|nats|mqtt|amqp|http_server)_/.test(name))
      ? plain(look, ...look.names.filter((name) => name !== 'body').slice(0, 8))
      : null,
  nestjs: (look) =>
    look.at('data') !== null && isUuidText(look.text('correlationId') ?? '') ? plain(look, 'correlationId') : null,
}

/** A change of a row, from somewhere: `op` alone is a name that anybody gives. */
function isChange(look: Look, ...[field, ...path]: readonly [string, ...string[]]): boolean {
  return DEBEZIUM_OPS.has(short(look.at(field, ...path, 'op'))) && look.at(field, ...path, 'source')?.kind === 'object'
}

/** The text that PHP wrote. */
function phpText(text: string): string | null {
  try {
    return short(readPhp(new TextEncoder().encode(text), createBudget(PAGE_LIMITS))) === null
      ? null
      : text.slice(text.indexOf('"') + 1, -2)
  } catch (error) {
    if (error instanceof NotDecoded) return null
    throw error
  }
}
