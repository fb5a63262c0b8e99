import { readFileSync } from 'node:fs'
import { PAGE_LIMITS, type DecodeLimits } from '../../../shared/decode/budget'
import { decodeValue, type Decoded, type DecodeRequest } from '../../../shared/decode/chain'
import type { TreeNode } from '../../../shared/decode/tree'

export interface Sample {
  readonly base64: string
  readonly text?: string
  readonly length?: number
  readonly schema?: string
}

/** Written by another language's library: see the README of the folder. */
export function samplesOf(file: 'python' | 'php' | 'java'): Readonly<Record<string, Sample>> {
  const path = new URL(`../../fixtures/decode/${file}.json`, import.meta.url)
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, Sample>
}

export function bytesOf(samples: Readonly<Record<string, Sample>>, name: string): Uint8Array {
  const sample = samples[name]
  if (sample === undefined) throw new Error(`no sample ${name}`)
  return Uint8Array.from(Buffer.from(sample.base64, 'base64'))
}

export const bytesFrom = (text: string): Uint8Array => new TextEncoder().encode(text)
export const textFrom = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

/** As the page does, with time enough for a busy machine. */
export function decode(
  value: Uint8Array | string,
  request: Partial<Omit<DecodeRequest, 'bytes'>> = {},
  limits: Partial<DecodeLimits> = {},
): Decoded {
  const bytes = typeof value === 'string' ? bytesFrom(value) : value
  return decodeValue(
    { name: null, as: 'auto', tools: null, schema: null, ...request, bytes },
    { ...PAGE_LIMITS, ms: 60_000, ...limits },
  )
}

/** A tree as JavaScript has it: numbers by their digits, notes and marks left out. */
export function plain(node: TreeNode | null): unknown {
  if (node === null) return undefined
  if (node.kind === 'object') return Object.fromEntries(node.members.map(({ key, value }) => [key, plain(value)]))
  if (node.kind === 'array') return node.items.map(plain)
  if (node.kind === 'null') return null
  if (node.kind === 'boolean') return node.text === 'true'
  if (node.kind === 'number') return Number.isSafeInteger(Number(node.text)) ? Number(node.text) : `#${node.text}`
  if (node.kind === 'string')
    return node.inside ? { [node.inside.chain.join(' ')]: plain(node.inside.root) } : node.text
  return `${node.kind} ${node.text}`
}
