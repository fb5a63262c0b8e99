import { createHmac, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readKnownHosts } from '../../../../electron/services/connections/known-hosts-lines'

/** A public key of ed25519, as it goes over the wire; another one for another number. */
function blob(n: number): string {
  const type = Buffer.from('ssh-ed25519')
  const length = Buffer.from([0, 0, 0, type.length])
  return Buffer.concat([length, type, Buffer.from([0, 0, 0, 32]), Buffer.alloc(32, n)]).toString('base64')
}
const line = (hosts: string, n = 1, marker = '') => `${marker}${hosts} ssh-ed25519 ${blob(n)} somebody@somewhere`
const read = (text: string, host = 'bastion', port = 22) => readKnownHosts(text, { host, port }, 'known_hosts')
const hashed = (name: string) => {
  const salt = randomBytes(20)
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`
}

describe('which lines count for a host', () => {
  test.each([
    ['its name', 'bastion'],
    ['its name among others', 'other,bastion,10.0.0.1'],
    ['its name in capitals', 'BASTION'],
    ['its port, where it is the usual one', 'bastion'],
    ['a pattern', 'bas*'],
    ['one with a place left open', 'b?stion'],
    ['all hosts', '*'],
    ['a pattern, and a negated one that does not match', '*,!other'],
    ['its hashed name', hashed('bastion')],
  ])('%s', (_, hosts) => {
    expect(read(line(hosts)).keys).toEqual([
      { type: 'ssh-ed25519', fingerprint: expect.stringMatching(/^SHA256:.{43}$/) as string, where: 'known_hosts' },
    ])
  })

  test.each([
    ['another name', 'bastions'],
    ['a beginning of it', 'bast'],
    ['a negated one', '*,!bastion'],
    ['a negated pattern, before or after', '!bas*,bastion'],
    ['another port', '[bastion]:2222'],
    ['another hashed name', hashed('bastion2')],
    ['what is no hash', '|1|abc'],
    ['a name that would be a pattern elsewhere', 'b.stion'],
  ])('not: %s', (_, hosts) => {
    expect(read(line(hosts))).toEqual({ keys: [], revoked: [], authority: null })
  })

  test('another port than 22 is written with it, hashed or not', () => {
    for (const hosts of ['[bastion]:2222', hashed('[bastion]:2222'), '[10.0.0.1]:22,[bastion]:2222']) {
      expect(read(line(hosts), 'bastion', 2222).keys).toHaveLength(1)
    }
    expect(read(line('bastion'), 'bastion', 2222).keys).toHaveLength(0)
    expect(read(line('[::1]:2222'), '::1', 2222).keys).toHaveLength(1)
  })
})

test('revoked keys and authorities are told apart from keys', () => {
  const text = [line('bastion', 1), line('bastion', 2, '@revoked '), line('*', 3, '@cert-authority ')].join('\n')
  const { keys, revoked, authority } = read(text)
  expect([keys.length, revoked.length, authority]).toEqual([1, 1, 'known_hosts'])
  expect(revoked[0]?.fingerprint).not.toBe(keys[0]?.fingerprint)
})

test.each([
  ['comments and empty lines', '# bastion ssh-ed25519 AAAA\n\n   \n'],
  ['too few words', 'bastion\nbastion ssh-ed25519\n'],
  ['no base64', 'bastion ssh-ed25519 !!!!\n'],
  ['a key of nothing', 'bastion ssh-ed25519 AAAA\n'],
  ['a length beyond its end', `bastion ssh-ed25519 ${Buffer.from([255, 255, 255, 255, 1]).toString('base64')}\n`],
  ['a marker that nobody knows', line('bastion', 1, '@unheard-of ')],
])('what is no key counts for nothing: %s', (_, text) => {
  expect(read(text)).toEqual({ keys: [], revoked: [], authority: null })
})

test('any text is read without an error, and what stands around a line changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (before, after) => {
      const text = `${before}\n${line('only-this-host')}\n${after}`
      return read(text, 'only-this-host').keys.length >= 1
    }),
  )
})

test('a pattern matches what it matches as a regular expression', () => {
  const part = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 12 })
  const name = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(
      part.filter((text) => text !== ''),
      name,
      (pattern, host) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`)
        expect(read(line(pattern), host).keys.length === 1).toBe(expression.test(host))
      },
    ),
  )
})

test('a pattern made to take for ever does not', () => {
  const pattern = `${'*a'.repeat(2_000)}b`
  expect(read(line(pattern), 'a'.repeat(255)).keys).toHaveLength(0)
})
