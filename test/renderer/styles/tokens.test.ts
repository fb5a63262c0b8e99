import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const css = readFileSync(fileURLToPath(new URL('../../../renderer/styles/tokens.css', import.meta.url)), 'utf8')

function colors(selector: string): Map<string, string> {
  const start = css.indexOf(`${selector} {`)
  const block = css.slice(start, css.indexOf('\n}', start))
  return new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, hex]) => [name ?? '', hex ?? '']))
}

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0)
}

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05)
}

const GROUNDS = [
  'ground',
  'surface',
  'surface-side',
  'surface-raised',
  'surface-sunken',
  'surface-hover',
  'surface-active',
]
const TEXTS = ['text', 'text-soft', 'text-faint']
const MARKS = ['good', 'warn', 'bad', 'quiet', 'accent']

describe.each([
  ['light', colors(':root')],
  ['dark', new Map([...colors(':root'), ...colors(":root[data-theme='dark']")])],
])('the %s theme', (_name, tokens) => {
  const of = (name: string): string => {
    const hex = tokens.get(name)
    if (!hex) throw new Error(`no token --${name}`)
    return hex
  }

  it.each(TEXTS)('has %s readable on every ground (AA)', (text) => {
    for (const ground of [...GROUNDS, 'quiet-ground', 'accent-ground']) {
      expect(contrast(of(text), of(ground)), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5)
    }
  })

  it.each(MARKS)('has %s readable where it stands as text (AA)', (mark) => {
    const grounds = ['surface', 'surface-side', 'surface-raised', 'surface-hover', 'surface-active', 'ground']
    for (const ground of grounds)
      expect(contrast(of(mark), of(ground)), `${mark} on ${ground}`).toBeGreaterThanOrEqual(4.5)
  })

  it('has its buttons, notices and field borders readable', () => {
    const pairs = [
      ['on-accent', 'accent'],
      ['on-accent', 'accent-strong'],
      ['on-danger', 'danger'],
      ['on-danger', 'danger-strong'],
      ['warn', 'warn-ground'],
      ['bad', 'bad-ground'],
      ['good', 'good-ground'],
      ['text', 'bad-ground'],
      ['text-soft', 'bad-ground'],
      ['text-soft', 'good-ground'],
    ] as const
    for (const [text, ground] of pairs) {
      expect(contrast(of(text), of(ground)), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5)
    }
    for (const ground of ['surface', 'surface-raised', 'surface-side']) {
      expect(contrast(of('line-field'), of(ground)), `line-field on ${ground}`).toBeGreaterThanOrEqual(3)
    }
  })
})
