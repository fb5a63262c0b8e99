import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createNameMask, MASKED_NAMES, ROOT } from '../../../shared/masking/names'

const mask = createNameMask(MASKED_NAMES)
const hides = (name: string, names: readonly string[] = MASKED_NAMES): boolean =>
  createNameMask(names)?.within(ROOT, name).hides ?? false

describe('a name is masked', () => {
  test.each([
    ...[
      'password',
      'Password',
      'PASSWORD',
      'user_password',
      'user.password',
      'userPassword',
      'password_hash',
      'passwords',
    ],
    ...['token', 'accessToken', 'ACCESS_TOKEN', 'refresh-token', 'APIKey', 'api_key', 'x-api-key', 'apikey', 'ApiKeys'],
    ...[
      'cardNumber',
      'card',
      'credit card',
      'Set-Cookie',
      'privateKey',
      'private_key_pem',
      'pin',
      'user:pin',
      'ｔｏｋｅｎ',
    ],
  ])('%s', (name) => expect(hides(name)).toBe(true))

  test.each([
    ...[
      '',
      ' ',
      '•',
      'discard',
      'tokenizer',
      'shipping',
      'passwordless',
      'cardinal',
      'opinion',
      'api',
      'key',
      'apikeyed',
    ],
    ...['total_tokens', 'prompt_tokens', 'token_count', 'token_type', 'nextPageToken', 'card_count', 'card_last4'],
    ...['cookie_consent', 'password_changed_at', 'has_password', 'access_key_id', 'isTokenValid', 'card_brand'],
    ...['id', 'amount', 'secretary', 'cookies2go'],
  ])('not %j', (name) => expect(hides(name)).toBe(false))

  test('by words beside each other, also over keys that it lies in, and only where they end in its own', () => {
    const own = createNameMask(['customer.email'])
    const at = own?.within(ROOT, 'customer')
    expect(at?.hides).toBe(false)
    expect(own?.within(at?.path ?? ROOT, 'name').hides).toBe(false)
    expect(own?.within(at?.path ?? ROOT, 'e-mail').hides).toBe(true)
    expect(own?.within(at?.path ?? ROOT, 'emailAddress').hides).toBe(true)
    expect(own?.within(ROOT, 'email').hides).toBe(false)
    expect(own?.within(own.within(ROOT, 'customerEmail').path, 'length').hides).toBe(false)
  })

  test('whatever it lies in, and also where that would be harmless within a name', () => {
    for (const outer of ['input', 'page', 'next', 'total', 'has', 'is', 'output'])
      for (const name of ['password', 'token', 'secret'])
        expect(mask?.within(mask.within(ROOT, outer).path, name).hides, `${outer}.${name}`).toBe(true)
    for (const name of ['input_password', 'next_password', 'secret_id', 'outputSecret'])
      expect(hides(name), name).toBe(true)
  })

  test('by one that is written in any script', () => {
    expect(hides('密码', ['密码'])).toBe(true)
    expect(hides('Пароль_клиента', ['пароль'])).toBe(true)
  })

  test('where there is no name, nothing is', () => {
    for (const names of [[], [''], [' ', '--']]) expect(createNameMask(names)).toBeNull()
  })
})

test('a text that may hold none holds none, however a name is spelled in it', () => {
  const name = fc.constantFrom(...MASKED_NAMES)
  const spelled = fc
    .tuple(name, fc.constantFrom('_', '-', '.', ' ', ''), fc.boolean())
    .map(([words, sign, loud]) => (loud ? words.toUpperCase() : words).replaceAll(' ', sign))
  fc.assert(
    fc.property(fc.string(), spelled, fc.string(), (before, it, after) => {
      expect(mask?.mayHold(`${before}${it}${after}`)).toBe(true)
      expect(hides(it)).toBe(true)
    }),
  )
})

test('a name of any length costs little, and throws nothing', () => {
  fc.assert(fc.property(fc.string(), (name) => void mask?.within(ROOT, name)))
  expect(hides(`${'x_'.repeat(100_000)}token`)).toBe(false)
  expect(hides('p-'.repeat(200_000))).toBe(false)
  expect(mask?.mayHold('p-'.repeat(200_000))).toBe(false)
})

test('what stands in a text of plain letters is seen as in any other', () => {
  const pieces = fc.constantFrom(
    'pass',
    'word',
    'P',
    'in',
    'tok',
    'en',
    'api',
    'Key',
    '_',
    ' ',
    '-',
    '"',
    ':',
    '{',
    '1',
    'x',
  )
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      const text = parts.join('')
      // With a letter of another kind behind it the slow way is gone.
      expect(mask?.mayHold(text)).toBe(mask?.mayHold(`${text} é`))
    }),
    { numRuns: 2_000 },
  )
})
