import { expect, test } from 'vitest'
import { z } from 'zod'
import { badInput } from '../../../../electron/services/lib/bad-input'
import { entryId } from '../../../../shared/entry-id'
import { connectionProfile, endpoint } from '../../../../shared/model/connection'
import { entryQuery } from '../../../../shared/model/entry-query'
import { sentence } from '../../../../shared/words/messages'

/** What the host tells of an input that a schema refuses: the field, and what to write instead. */
function told(schema: z.ZodType, input: unknown): readonly [field: string, remedy: string] {
  const { error } = schema.safeParse(input)
  const { field, problem, remedy } = badInput(error?.issues ?? []).data
  const words = sentence(remedy)
  expect(sentence(problem)).toBe(field === '' ? words : `${field}: ${words}`)
  return [field, words]
}

test.each([
  ['an id that is none', z.object({ id: entryId }), { id: '7' }, 'id', 'must be an entry id like 1620973121009-0'],
  ['too small a number', connectionProfile.pick({ db: true }), { db: -1 }, 'db', 'It must be at least 0.'],
  ['too great a number', connectionProfile.pick({ db: true }), { db: 9e9 }, 'db', 'It must be at most 1000000.'],
  ['an empty text', connectionProfile.pick({ name: true }), { name: '' }, 'name', 'It must have at least 1 character.'],
  [
    'too long a list',
    z.object({ ids: z.array(entryId).max(1) }),
    { ids: ['1-0', '2-0'] },
    'ids',
    'There must be at most 1 of these.',
  ],
  [
    'another choice',
    connectionProfile.pick({ environment: true }),
    { environment: 'x' },
    'environment',
    'It must be one of: dev, test, prod.',
  ],
  [
    'another type',
    connectionProfile.pick({ db: true }),
    { db: 'one' },
    'db',
    'It is missing, or of another type than is asked for.',
  ],
  [
    'a pattern that is none',
    entryQuery,
    [[{ not: false, subject: { kind: 'any' }, how: 'matches', value: 'a(?=b)' }]],
    '0.0.value',
    'There is no look-ahead and no look-behind, for a search must not hang: write a second condition beside it, with - before what must not be (at character 2 of the pattern)',
  ],
  [
    'bytes for a pattern',
    entryQuery,
    [[{ not: false, subject: { kind: 'any' }, how: 'matches', value: { base64: '/w==' } }]],
    '0.0.value',
    'Between the slashes there must be a pattern: /^A-\\d+$/ (at character 1 of the pattern)',
  ],
  [
    'very many patterns',
    entryQuery,
    [Array.from({ length: 9 }, () => ({ not: false, subject: { kind: 'any' }, how: 'matches', value: 'a' }))],
    '',
    'Eight patterns at most are looked for at once',
  ],
  ['a text of another form', endpoint, { kind: 'unix', path: 'x' }, 'path', 'Check what was entered.'],
  [
    'what is no object at all',
    connectionProfile.pick({ db: true }),
    'text',
    '',
    'It is missing, or of another type than is asked for.',
  ],
] as const)('%s', (_what, schema, input, field, remedy) => {
  expect(told(schema, input)).toEqual([field, remedy])
})

test('what a schema says beside that is not repeated: it might hold what was typed', () => {
  const schema = z.object({ password: z.string().refine(() => false, 'secret-42 is wrong') })
  expect(told(schema, { password: 'secret-42' })).toEqual(['password', 'Check what was entered.'])
})

test('where a schema tells of nothing, there is something to do all the same', () => {
  expect(sentence(badInput([]).data.remedy)).toBe('Check what was entered.')
})
