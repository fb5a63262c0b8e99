import { describe, expect, it } from 'vitest'
import { bytesFrom, decode, textFrom } from './kit'

/** Small values as real libraries write them: @msgpack/msgpack, cbor-x, protobufjs, snappyjs. Without a mark, and all the same more than chance. */
const SAMPLES: readonly (readonly [what: string, hex: string, chain: string])[] = [
  ['MessagePack {"a":1}', '81a16101', 'msgpack'],
  ['MessagePack {"x":true}', '81a178c3', 'msgpack'],
  ['MessagePack ["hello","world"]', '92a568656c6c6fa5776f726c64', 'msgpack'],
  ['MessagePack of a double', '81a174cb4058acb34ad81a7d', 'msgpack'],
  ['MessagePack of a time and a double', '92cf000001a2289b7dc7cb3fd41d4e92067408', 'msgpack'],
  ['CBOR {"a":1}', 'b9000161611901f4', 'cbor'],
  ['protobuf of one text', '0a0568656c6c6f', 'protobuf'],
  ['protobuf of a text and a number', '0a0541422d31321003', 'protobuf'],
  ['protobuf of two doubles', '09a8c64b3789114840116666666666262740', 'protobuf'],
  ['Snappy of a text', '', 'snappy'],
]

function bytesOfSample(what: string, hex: string): Uint8Array {
  if (what !== 'Snappy of a text') return Uint8Array.from(Buffer.from(hex, 'hex'))
  const text = bytesFrom('the quick brown fox jumps over the lazy dog')
  return Uint8Array.from([text.length, (text.length - 1) << 2, ...text])
}

describe('what has no mark is found out', () => {
  it.each(SAMPLES)('%s', (what, hex, chain) => {
    expect(decode(bytesOfSample(what, hex)).chain.join()).toBe(chain)
  })

  it.each(['客户名称', '订单号五已经发货给客户', '支付成功'])('%s in GBK', (text) => {
    const signs: Readonly<Record<string, number>> = {
      ...{ 客: 0xbfcd, 户: 0xbba7, 名: 0xc3fb, 称: 0xb3c6, 订: 0xb6a9, 单: 0xb5a5, 号: 0xbac5, 五: 0xcee5 },
      ...{ 已: 0xd2d1, 经: 0xbead, 发: 0xb7a2, 货: 0xbbf5, 给: 0xb8f8, 支: 0xd6a7, 付: 0xb8b6, 成: 0xb3c9, 功: 0xb9a6 },
    }
    const bytes = Uint8Array.from([...text].flatMap((sign) => [(signs[sign] ?? 0) >> 8, (signs[sign] ?? 0) & 255]))
    const { chain, last } = decode(bytes)
    expect({ chain, text: textFrom(last) }).toEqual({ chain: ['gbk'], text })
  })
})
