import { fileURLToPath } from 'node:url'
import { ESLint } from 'eslint'
import { describe, expect, it } from 'vitest'
import { pageWords } from '../../build/page-words.js'

const eslint = new ESLint({
  cwd: fileURLToPath(new URL('../..', import.meta.url)),
  overrideConfigFile: 'build/eslint.config.js',
})

/** The rules of words that a component breaks. */
async function broken(template: string, script = ''): Promise<readonly string[]> {
  const source = `<script setup lang="ts">\n${script}\n</script>\n\n<template>\n  ${template}\n</template>\n`
  const [result] = await eslint.lintText(source, { filePath: 'renderer/components/base/AppButton.vue' })
  const found = (result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message)
  return [...new Set(found)].filter((rule) => rule in pageWords.rules)
}

const SYNTAX = 'no-restricted-syntax'
const IN_TEMPLATE = 'vue/no-restricted-syntax'
const BARE = 'vue/no-bare-strings-in-template'

describe('a word in the page itself is found', () => {
  it.each([
    ['a sentence as text', '<p>Nothing is pending</p>', BARE],
    ['one word as text', '<p>pending</p>', BARE],
    ['text beside a figure', '<p>{{ count }} entries</p>', BARE],
    ['an attribute', '<p aria-label="Groups of the stream" />', BARE],
    ['an attribute of a component of ours', '<AppButton run-label="Delete for good" />', IN_TEMPLATE],
    ['a bound attribute', '<p :title="busy ? \'Saving…\' : undefined" />', IN_TEMPLATE],
    ['a bound attribute with a value in it', '<p :title="`Close ${name}`" />', IN_TEMPLATE],
    ['a choice in a text', "<p>{{ one ? 'is' : 'are' }}</p>", IN_TEMPLATE],
    ['a literal as text', "<p>{{ 'undone' }}</p>", IN_TEMPLATE],
    ['a sum of text', "<p :title=\"'Open ' + name + ' first of all'\" />", IN_TEMPLATE],
  ])('%s', async (_what, template, rule) => {
    expect(await broken(template)).toContain(rule)
  })

  it.each([
    ['a sentence', "show({ title: 'The clipboard could not be written' })"],
    ['a label of one word', "const tabs = [{ id: 'groups', label: 'Groups' }]"],
    ['a sentence with a value in it', 'const title = `Removed ${name}`'],
    ['a sum of texts', "const title = 'Not possible: ' + 'there is no group'"],
    ['a choice', "const hint = known ? 'One is known' : undefined"],
    ['what a function gives', "const why = () => 'Name the stream'"],
    ['a noun with its number', "import { formatNoun } from '../../../shared/format/format-count'"],
  ])('in a script: %s', async (_what, script) => {
    expect(await broken('<p />', script)).toContain(SYNTAX)
  })
})

describe('what is no word', () => {
  it.each([
    ['a key of words', '<p :title="words.base.close">{{ words.base.cancel }}</p>'],
    ['a sign', '<p>· {{ size }} → ×</p>'],
    ['a command for a shell', '<code>npm run sandbox</code>'],
    ['a class and an id', '<p id="main view" class="wide panel" />'],
    ['a key on a keyboard', '<KeyHint keys="Shift R" />'],
  ])('is left alone in a template: %s', async (_what, template) => {
    expect(await broken(template)).toEqual([])
  })

  it.each([
    ['a kind that is compared', "const is = kind === 'swap streams'"],
    ['a kind that is a key', "const words = { 'swap streams': 1 }"],
    ['a type', "let kind: 'swap streams' | 'restore stream'"],
    ['a selector', "const found = root.querySelectorAll('.pair input, .pair textarea')"],
    ['a width of a column', "const column = { width: 'minmax(120px, 1fr)' }"],
    ['a path', "const to = 'stream/orders'"],
  ])('is left alone in a script: %s', async (_what, script) => {
    expect(await broken('<p />', script)).toEqual([])
  })
})

it('is asked of every file of the page, and of no other', async () => {
  const rulesOf = async (path: string): Promise<Readonly<Record<string, unknown>>> =>
    ((await eslint.calculateConfigForFile(path)) as { rules: Readonly<Record<string, unknown>> }).rules
  const page = await rulesOf('renderer/App.vue')
  for (const path of ['renderer/utils/tab.ts', 'renderer/views/TriageView.vue', 'renderer/stores/new/deep.ts'])
    for (const rule of [SYNTAX, IN_TEMPLATE, BARE]) expect((await rulesOf(path))[rule]).toEqual(page[rule])
  expect(page[SYNTAX]).toBeDefined()
  expect((await rulesOf('shared/words/en/index.ts'))[BARE]).toBeUndefined()
})
