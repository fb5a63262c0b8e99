import { describe, expect, it } from 'vitest'
import { envelopeOf, PRODUCERS, type Producer } from '../../../shared/decode/envelopes'
import { bytesOf, samplesOf, textFrom } from './kit'

type Fields = Readonly<Record<string, string | null>>

function read(fields: Fields): { readonly producer: Producer; readonly facts: Fields } | null {
  const found = envelopeOf(Object.entries(fields).map(([name, text]) => ({ name, text })))
  return (
    found && { producer: found.producer, facts: Object.fromEntries(found.facts.map(({ name, text }) => [name, text])) }
  )
}

const UUID = '6ba7b810-9dad-41d1-80b4-00c04fd430c8'
const BODY = 'O:36:\\"Symfony\\\\Component\\\\Messenger\\\\Envelope\\":1:{}'
const KNOWN: Readonly<Record<Producer, readonly [Fields, Fields]>> = {
  spring: [{ 'order.id': '5', _class: 'com.shop.Order' }, { _class: 'com.shop.Order' }],
  dapr: [
    { data: '{"specversion":"1.0","type":"com.dapr.event.sent","topic":"orders","id":"a","data":{}}', metadata: '{}' },
    { type: 'com.dapr.event.sent', topic: 'orders', id: 'a' },
  ],
  watermill: [{ _watermill_message_uuid: 'u-1', metadata: '', payload: '{}' }, { _watermill_message_uuid: 'u-1' }],
  bullmq: [
    { event: 'failed', jobId: '7', failedReason: 'timeout', prev: 'active' },
    { event: 'failed', jobId: '7', prev: 'active', failedReason: 'timeout' },
  ],
  socketio: [
    { uid: 'x', nsp: '/', type: '3', data: '{}' },
    { uid: 'x', nsp: '/', type: '3' },
  ],
  taskiq: [{ data: '{"task_id":"t","task_name":"mail:send","args":[]}' }, { task_id: 't', task_name: 'mail:send' }],
  faststream: [{ __data__: '{"data":"x","headers":{"correlation_id":"c"}}' }, { 'headers/correlation_id': 'c' }],
  streaq: [
    { task_id: 't', enqueue_time: '1620973121' },
    { task_id: 't', enqueue_time: '1620973121' },
  ],
  debezium: [
    { '{"id":1}': '{"payload":{"op":"u","source":{"db":"shop","table":"orders"},"ts_ms":5}}' },
    { op: 'u', 'source/db': 'shop', 'source/table': 'orders', ts_ms: '5' },
  ],
  lbs: [{ 'lbs-input': '{"DataStreamName":"s1","Info":{"a":1}}' }, { DataStreamName: 's1' }],
  cap: [
    { headers: '{"cap-msg-id":"1","cap-msg-name":"order.made"}', body: '"e30="' },
    { 'cap-msg-id': '1', 'cap-msg-name': 'order.made' },
  ],
  symfony: [
    { message: JSON.stringify({ body: BODY, headers: {} }) },
    { type: 'Symfony\\Component\\Messenger\\Envelope' },
  ],
  redpanda: [{ body: '{}', kafka_topic: 'orders' }, { kafka_topic: 'orders' }],
  nestjs: [{ data: '{}', correlationId: UUID }, { correlationId: UUID }],
}

describe('an envelope', () => {
  it.each(PRODUCERS)('of %s is known, with what matters of it', (producer) => {
    const [fields, facts] = KNOWN[producer]
    expect(read(fields)).toEqual({ producer, facts })
  })

  it('of Symfony as PHP writes it is known', () => {
    expect(read({ message: textFrom(bytesOf(samplesOf('php'), 'symfony')) })).toMatchObject({ producer: 'symfony' })
  })

  it('of Debezium with key and value', () => {
    expect(read({ key: '{}', value: '{"op":"c","source":{"table":"a"}}' })).toMatchObject({
      producer: 'debezium',
      facts: { op: 'c', 'source/table': 'a' },
    })
  })

  it.each<Fields>([
    {},
    { body: '{}' },
    { data: '{}' },
    { data: null, metadata: null },
    { message: 'hello' },
    { message: '{"body":1}' },
    { message: 's:9999:"' },
    { event: 'login', user: 'a' },
    { event: 'failed', user: 'a' },
    // What an application may as well write itself.
    { event: 'completed' },
    { event: 'failed', jobId: '7', user: 'a' },
    { data: '{"specversion":"1.0","type":"order.made","source":"/shop","id":"a"}' },
    { data: '{"op":"add","path":"/a"}' },
    { value: '{"op":"c","id":1}' },
    { change: '{"op":"u","source":"web"}' },
    { data: '{}', correlationId: 'c' },
    { data: 'hello', correlationId: UUID },
    { headers: '{}', body: '' },
    { type: 'x', uid: '1' },
    { 'lbs-input': 'DataStreamName' },
    { __proto__x: '1', constructor: '2' },
  ])('is not made of %j', (fields) => {
    expect(read(fields)).toBeNull()
  })
})
