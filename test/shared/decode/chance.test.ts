import { describe, expect, it } from 'vitest'
import { decode } from './kit'

/*
 * What programs write that is in no format: how much of it is taken for one. A decoding is shown as a fact, so that one of chance is made up. Measured before there was
 * a reckoning of evidence: 2 % of epoch times were GBK in base64, 5 % of words of capitals protobuf in base64, 12 % of sixteen bytes a UUID, 6 % of doubles protobuf.
 */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const next = chance(4711)
const upTo = (most: number): number => Math.floor(next() * most)
const pick = <T>(from: readonly T[]): T => from[upTo(from.length)] as T
const signs = (count: number, from: string): string => Array.from({ length: count }, () => pick([...from])).join('')
const bytes = (count: number): Buffer => Buffer.from(Array.from({ length: count }, () => upTo(256)))
const [UPPER, LOWER, DIGITS] = ['ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz', '0123456789']
const WORDS = (
  'order customer effect timing parameter media stream tracks doubt accept keyframe rule warehouse shipment status pending created updated deleted payment ' +
  'invoice user session token login address street country quantity price total currency discount event source target processor handler worker retry failed'
).split(' ')
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
const LANGUAGES = [
  'Заказ отправлен',
  '注文は発送されました',
  '订单已经发货',
  '주문이 발송되었습니다',
  'Η παραγγελία',
  'הזמנה נשלחה',
  'تم إرسال الطلب',
  'Zażółć gęślą',
  'ऑर्डर भेज दिया',
  '😀🎉',
]
const numbers = (count: number, write: (buffer: Buffer, at: number) => void, size: number): Buffer => {
  const buffer = Buffer.alloc(count * size)
  for (let at = 0; at < count; at += 1) write(buffer, at * size)
  return buffer
}
const windows1251 = (text: string): Buffer =>
  Buffer.from([...text].map((sign) => (sign === ' ' ? 32 : (sign.charCodeAt(0) - 0x410 + 0xc0) & 255)))
const EUC_KR = ['b5bfbbe7', 'c0cebbe7b8bb', 'b0a1b3aab4d9b6f3', 'c1d6b9aec0ccb9dfbcdbb5c7'].map((hex) =>
  Buffer.from(hex, 'hex'),
)

/** Of 1 000 each how many may be taken for something. */
const CORPUS: Readonly<Record<string, readonly [() => string | Buffer, number]>> = {
  'a word': [() => pick(WORDS), 0],
  'two words': [() => `${pick(WORDS)}${pick([...'_-.:/ '])}${pick(WORDS)}`, 0],
  'words in one': [() => `${pick(WORDS)}${capital(pick(WORDS))}${capital(pick(WORDS))}`, 1],
  'a sentence': [() => Array.from({ length: 3 + upTo(9) }, () => pick(WORDS)).join(' '), 0],
  digits: [() => signs(1 + upTo(40), DIGITS), 0],
  'an epoch time': [() => String(Math.floor(next() * 2e12)), 0],
  'an id of an entry': [() => `${Math.floor(next() * 2e12)}-${upTo(9)}`, 0],
  'a SHA-1': [() => bytes(20).toString('hex'), 1],
  'an MD5': [() => bytes(16).toString('hex'), 1],
  'letters and digits': [() => signs(4 + upTo(40), UPPER + LOWER + DIGITS), 1],
  capitals: [() => signs(pick([8, 12, 16, 20, 24, 32]), UPPER), 3],
  'small letters': [() => signs(pick([8, 12, 16, 20, 24, 32]), LOWER), 2],
  'a ULID': [() => signs(26, '0123456789ABCDEFGHJKMNPQRSTVWXYZ'), 1],
  'chance in base64': [() => bytes(pick([6, 12, 16, 20, 32, 64])).toString('base64'), 2],
  'a line of a log': [
    () => `${pick(['[info]', '[4711]', '[2021-05-14]', '{}', '[]'])} ${pick(WORDS)} ${pick(WORDS)}`,
    0,
  ],
  'an interval': [() => `[${upTo(50)},${50 + upTo(50)})`, 0],
  'text of a language': [() => pick(LANGUAGES), 0],
  'text in colours': [() => `\u001b[32m${pick(WORDS)}\u001b[0m ${pick(WORDS)}`, 0],
  'text with its length before it': [() => ((word) => String.fromCharCode(word.length) + word)(pick(WORDS)), 2],
  'text behind a control': [() => String.fromCharCode(upTo(32)) + pick(WORDS), 3],
  'text in Latin-1': [
    () => Buffer.from(`${pick(['Größe', 'château', 'España', 'Zoë', 'ÀÉÈ'])} ${pick(WORDS)}`, 'latin1'),
    1,
  ],
  'Russian in its code page': [() => windows1251(pick(['Заказ', 'отправлен', 'покупателю', 'номер пять', 'Склад'])), 0],
  'Korean in EUC-KR': [() => pick(EUC_KR), 0],
  'a few bytes of chance': [() => bytes(1 + upTo(15)), 3],
  'bytes of chance': [() => bytes(17 + upTo(200)), 1],
  // One in 64 has what marks a UUID of chance; without that none would be shown.
  'sixteen bytes': [() => bytes(16), 25],
  'a double': [() => numbers(1, (buffer, at) => buffer.writeDoubleBE(next() * 1e4, at), 8), 1],
  'floats of a vector': [
    () => numbers(pick([8, 16, 32]), (buffer, at) => buffer.writeFloatLE(next() * 2 - 1, at), 4),
    1,
  ],
  'whole numbers': [() => numbers(pick([1, 2, 4, 8]), (buffer, at) => buffer.writeInt32LE(upTo(1_000), at), 4), 3],
  'a time of 64 bits': [
    () => numbers(1, (buffer, at) => buffer.writeBigInt64LE(BigInt(Math.floor(next() * 2e12)), at), 8),
    2,
  ],
}

describe('of a thousand values in no format', () => {
  it.each(Object.entries(CORPUS))('%s is taken for what it is', (_what, [make, most]) => {
    const taken = Array.from({ length: 1_000 }, () => {
      const value = make()
      const { chain, fault } = decode(typeof value === 'string' ? value : Uint8Array.from(value))
      return chain.length > 0 || fault !== null ? `${JSON.stringify(String(value))} ${chain.join()}` : null
    }).filter((each) => each !== null)
    expect(taken.length, taken.slice(0, 5).join('\n')).toBeLessThanOrEqual(most)
  })
})
