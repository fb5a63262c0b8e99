import { NotDecoded, type Budget } from './budget'
import { ByteReader, floatText } from './byte-reader'
import { ascii, bytesNode, textNode } from './byte-text'
import { leaf, type TreeNode } from './tree'

/*
 * The instructions of a Python pickle (https://github.com/python/cpython/blob/main/Lib/pickletools.py), listed one by one as pickletools.dis does, and never carried out: a pickle is a
 * program, and can do anything.
 */
type Argument = 'none' | 'u8' | 'u16' | 'i32' | 'u32' | 'u64' | 'f64' | 'line' | 'lines' | 'short' | 'text' | 'bytes'
type Sized = `${'1' | '4' | '8'}:${'text' | 'bytes' | 'long'}`

const CODES: Readonly<Record<number, readonly [string, Argument | Sized]>> = Object.fromEntries(
  [
    ['I', 'INT', 'line'],
    ['J', 'BININT', 'i32'],
    ['K', 'BININT1', 'u8'],
    ['M', 'BININT2', 'u16'],
    ['L', 'LONG', 'line'],
    ['\x8a', 'LONG1', '1:long'],
    ['\x8b', 'LONG4', '4:long'],
    ['S', 'STRING', 'line'],
    ['T', 'BINSTRING', '4:bytes'],
    ['U', 'SHORT_BINSTRING', '1:bytes'],
    ['B', 'BINBYTES', '4:bytes'],
    ['C', 'SHORT_BINBYTES', '1:bytes'],
    ['\x8e', 'BINBYTES8', '8:bytes'],
    ['\x96', 'BYTEARRAY8', '8:bytes'],
    ['\x97', 'NEXT_BUFFER', 'none'],
    ['\x98', 'READONLY_BUFFER', 'none'],
    ['N', 'NONE', 'none'],
    ['\x88', 'NEWTRUE', 'none'],
    ['\x89', 'NEWFALSE', 'none'],
    ['V', 'UNICODE', 'line'],
    ['\x8c', 'SHORT_BINUNICODE', '1:text'],
    ['X', 'BINUNICODE', '4:text'],
    ['\x8d', 'BINUNICODE8', '8:text'],
    ['F', 'FLOAT', 'line'],
    ['G', 'BINFLOAT', 'f64'],
    [']', 'EMPTY_LIST', 'none'],
    ['a', 'APPEND', 'none'],
    ['e', 'APPENDS', 'none'],
    ['l', 'LIST', 'none'],
    [')', 'EMPTY_TUPLE', 'none'],
    ['t', 'TUPLE', 'none'],
    ['\x85', 'TUPLE1', 'none'],
    ['\x86', 'TUPLE2', 'none'],
    ['\x87', 'TUPLE3', 'none'],
    ['}', 'EMPTY_DICT', 'none'],
    ['d', 'DICT', 'none'],
    ['s', 'SETITEM', 'none'],
    ['u', 'SETITEMS', 'none'],
    ['\x8f', 'EMPTY_SET', 'none'],
    ['\x90', 'ADDITEMS', 'none'],
    ['\x91', 'FROZENSET', 'none'],
    ['0', 'POP', 'none'],
    ['2', 'DUP', 'none'],
    ['(', 'MARK', 'none'],
    ['1', 'POP_MARK', 'none'],
    ['g', 'GET', 'line'],
    ['h', 'BINGET', 'u8'],
    ['j', 'LONG_BINGET', 'u32'],
    ['p', 'PUT', 'line'],
    ['q', 'BINPUT', 'u8'],
    ['r', 'LONG_BINPUT', 'u32'],
    ['\x94', 'MEMOIZE', 'none'],
    ['\x82', 'EXT1', 'u8'],
    ['\x83', 'EXT2', 'u16'],
    ['\x84', 'EXT4', 'u32'],
    ['c', 'GLOBAL', 'lines'],
    ['\x93', 'STACK_GLOBAL', 'none'],
    ['R', 'REDUCE', 'none'],
    ['b', 'BUILD', 'none'],
    ['i', 'INST', 'lines'],
    ['o', 'OBJ', 'none'],
    ['\x81', 'NEWOBJ', 'none'],
    ['\x92', 'NEWOBJ_EX', 'none'],
    ['\x80', 'PROTO', 'u8'],
    ['.', 'STOP', 'none'],
    ['\x95', 'FRAME', 'u64'],
    ['P', 'PERSID', 'line'],
    ['Q', 'BINPERSID', 'none'],
  ].map(([sign = '', name = '', argument = 'none']) => [sign.charCodeAt(0), [name, argument as Argument | Sized]]),
)

export function readPickle(bytes: Uint8Array, budget: Budget): TreeNode {
  const reader = new ByteReader(bytes)
  const items: TreeNode[] = []
  while (budget.node()) {
    const at = reader.at
    const code = reader.u8()
    const [name, argument] = CODES[code] ?? []
    if (name === undefined || argument === undefined)
      throw new NotDecoded({ code: 'unknown-type', at, type: `0x${code.toString(16).padStart(2, '0')}` })
    const value = argumentOf(reader, argument)
    items.push(value === null ? leaf('mark', name) : { ...value, note: name })
    if (name !== 'STOP') continue
    if (reader.left > 0) throw new NotDecoded({ code: 'goes-on', at: reader.at })
    break
  }
  return { kind: 'array', items, note: 'pickle' }
}

const LINE_END = 0x0a

function argumentOf(reader: ByteReader, argument: Argument | Sized): TreeNode | null {
  switch (argument) {
    case 'none':
      return null
    case 'u8':
      return leaf('number', reader.u8())
    case 'u16':
      return leaf('number', reader.u16(true))
    case 'i32':
      return leaf('number', reader.i32(true))
    case 'u32':
      return leaf('number', reader.u32(true))
    case 'u64':
      return leaf('number', reader.u64(true))
    case 'f64':
      return leaf('number', floatText(reader.f64()))
    case 'line':
      return textNode(reader.until(LINE_END))
    case 'lines':
      return leaf('mark', `${ascii(reader.until(LINE_END))}.${ascii(reader.until(LINE_END))}`)
    default: {
      const [size, what] = argument.split(':')
      const length = size === '1' ? reader.u8() : size === '4' ? reader.u32(true) : reader.u64(true)
      const body = reader.take(reader.length(length))
      if (what === 'long') return body.length > 64 ? bytesNode(body) : leaf('number', littleEndian(body))
      return what === 'text' ? textNode(body) : bytesNode(body)
    }
  }
}

function littleEndian(body: Uint8Array): bigint {
  const value = body.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  return BigInt.asIntN(body.length * 8, value)
}
