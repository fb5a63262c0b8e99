// @vitest-environment happy-dom
import { ORPCError } from '@orpc/client'
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, it } from 'vitest'
import ConnectionForm from '../../../../renderer/components/connection/ConnectionForm.vue'
import type { HostKey } from '../../../../shared/model/host-key'
import { message } from '../../../../shared/words/messages'
import { fakeApi } from '../../helpers/fake-api'
import { button, connection, mountOn, serverInfo } from '../../helpers/mount-view'
import { fails, finds } from '../../helpers/trials'

const FINGERPRINT = `SHA256:${'a'.repeat(43)}`
const HOST_KEY: HostKey = { host: 'bastion', port: 22, type: 'ssh-ed25519', fingerprint: FINGERPRINT }
const SSH = { host: 'bastion', port: 22, username: 'ada', auth: 'key' } as const

function field(label: string): HTMLInputElement {
  const found = [...document.querySelectorAll('label')].find((one) => one.textContent.trim() === label)
  const control = document.getElementById(found?.htmlFor ?? '')
  if (control === null) throw new Error(`no field ${label}`)
  return control as HTMLInputElement
}
async function type(label: string, text: string): Promise<void> {
  const control = field(label)
  control.value = text
  control.dispatchEvent(new Event(control.tagName === 'SELECT' ? 'change' : 'input'))
  await flushPromises()
}
async function click(name: string): Promise<void> {
  button(name).click()
  await flushPromises()
}
async function toggle(label: string): Promise<void> {
  const found = [...document.querySelectorAll('label')].find((one) => one.textContent.trim().startsWith(label))
  document.getElementById(found?.htmlFor ?? '')?.click()
  await flushPromises()
}
const unreachable = (reason: string, more: object = {}) =>
  new ORPCError('UNREACHABLE', {
    defined: true,
    data: { reason, endpoint: 'ada@bastion:22', detail: null, ...more },
  })
const text = () => document.body.textContent

enableAutoUnmount(afterEach)

it('sends where the way leads, with its secrets beside it; a jump host has its own', async () => {
  const calls = fakeApi({ connection: { testSteps: () => finds(serverInfo()) } })
  await mountOn(ConnectionForm, { subject: { kind: 'new' } })
  await type('Name', 'Orders')
  await toggle('SSH tunnel')
  await type('SSH host', ' bastion ')
  await type('SSH user', 'ada')
  await type('Private key', '-----BEGIN OPENSSH PRIVATE KEY-----\nx')
  await toggle('Through a jump host')
  await type('Jump host', 'outer')
  await type('User at the jump host', 'jo')
  await click('Test')
  const [sent] = calls.filter(({ name }) => name === 'connection.testSteps')
  expect(sent?.input).toMatchObject({
    profile: { ssh: { ...SSH, jump: { host: 'outer', port: 22, username: 'jo', auth: 'key' } } },
    secrets: { 'ssh-key': '-----BEGIN OPENSSH PRIVATE KEY-----\nx' },
  })
  expect(Object.keys((sent?.input as { secrets: object }).secrets)).toEqual(['ssh-key'])
})

it('asks for what is missing, and for a key that is one', async () => {
  const calls = fakeApi({})
  await mountOn(ConnectionForm, { subject: { kind: 'new' } })
  await type('Name', 'Orders')
  await toggle('SSH tunnel')
  await type('Private key', 'ssh-ed25519 AAAA')
  await click('Save')
  expect(text()).toContain('A host name or address is needed')
  expect(text()).toContain('The name of the user at this SSH server')
  expect(text()).toContain('A private key is wanted')
  expect(calls.filter(({ name }) => name.startsWith('connection'))).toEqual([])
})

it('shows no secret that is known, and keeps it', async () => {
  const known = connection({ ssh: { ...SSH, jump: null }, secrets: ['ssh-key', 'ssh-passphrase'] })
  const calls = fakeApi({ connection: { testSteps: () => finds(serverInfo()) } })
  await mountOn(ConnectionForm, { subject: { kind: 'edit', connection: known } })
  expect(field('SSH host').value).toBe('bastion')
  expect(field('Private key').value).toBe('')
  expect(text()).toContain('It is known. Leave it empty to keep it.')
  await click('Test')
  expect(calls.find(({ name }) => name === 'connection.testSteps')?.input).toMatchObject({ secrets: {} })
})

it('a server that is met for the first time is a question; trusted, what was tried is tried again', async () => {
  let isTrusted = false
  const calls = fakeApi({
    connection: {
      testSteps: () =>
        isTrusted ? finds(serverInfo()) : fails(unreachable('ssh-host-unknown', { hostKey: HOST_KEY })),
      trustHostKey: () => void (isTrusted = true),
    },
  })
  await mountOn(ConnectionForm, { subject: { kind: 'edit', connection: connection({ ssh: { ...SSH, jump: null } }) } })
  await click('Test')
  expect(text()).toContain('Is this the right SSH server? bastion:22')
  expect(text()).toContain(FINGERPRINT)
  expect(text()).toContain('ssh-ed25519')
  await click('Trust and connect')
  expect(text()).toContain('It works')
  expect(calls.filter(({ name }) => name === 'connection.trustHostKey')).toMatchObject([{ input: HOST_KEY }])
  expect(calls.filter(({ name }) => name === 'connection.testSteps')).toHaveLength(2)
})

it('what can’t be kept as trusted stays a question, and says why', async () => {
  fakeApi({
    connection: {
      testSteps: () => fails(unreachable('ssh-host-unknown', { hostKey: HOST_KEY })),
      trustHostKey: () => {
        throw unreachable('other')
      },
    },
  })
  await mountOn(ConnectionForm, { subject: { kind: 'edit', connection: connection({ ssh: { ...SSH, jump: null } }) } })
  await click('Test')
  await click('Trust and connect')
  expect(text()).toContain('Is this the right SSH server?')
  expect(text()).toContain('could not be reached')
})

it('a changed key is an error with both fingerprints, and no way to accept it', async () => {
  const known = `SHA256:${'b'.repeat(43)} (ssh-rsa)`
  const detail = message('ssh.other-key', {
    type: 'ssh-ed25519',
    fingerprint: FINGERPRINT,
    known,
    where: 'known_hosts',
  })
  fakeApi({
    connection: {
      testSteps: () => fails(unreachable('ssh-host-changed', { detail })),
    },
  })
  await mountOn(ConnectionForm, { subject: { kind: 'edit', connection: connection({ ssh: { ...SSH, jump: null } }) } })
  await click('Test')
  for (const part of ['another key', FINGERPRINT, known, 'ssh-keygen -R']) expect(text()).toContain(part)
  expect(text()).not.toContain('Trust and connect')
})

it.each([
  ['ssh-refused', null, 'Port', 1],
  ['ssh-not-found', null, 'SSH host', 0],
  ['ssh-key', 'ssh.key-unreadable', 'Private key', 0],
  ['ssh-key', 'ssh.passphrase-wrong', 'Passphrase of the key', 0],
  ['ssh-auth', null, 'Private key', 0],
] as const)('%s (%s) is put down to %s', async (reason, detail, label, at) => {
  fakeApi({
    connection: {
      testSteps: () => fails(unreachable(reason, { detail: detail && message(detail) })),
    },
  })
  await mountOn(ConnectionForm, { subject: { kind: 'edit', connection: connection({ ssh: { ...SSH, jump: null } }) } })
  await click('Test')
  const invalid = [...document.querySelectorAll('[aria-invalid="true"]')].map(({ id }) => id)
  const labelled = [...document.querySelectorAll('label')].filter((one) => one.textContent.trim() === label)
  expect(invalid).toEqual([labelled[at]?.htmlFor])
})

it('what went wrong at the jump host is put down to its field', async () => {
  fakeApi({
    connection: {
      testSteps: () => fails(unreachable('ssh-not-found', { endpoint: 'jo@outer:2222' })),
    },
  })
  const jump = { host: 'outer', port: 2222, username: 'jo', auth: 'agent' } as const
  await mountOn(ConnectionForm, { subject: { kind: 'edit', connection: connection({ ssh: { ...SSH, jump } }) } })
  await click('Test')
  expect(field('Jump host').getAttribute('aria-invalid')).toBe('true')
  expect(field('SSH host').getAttribute('aria-invalid')).toBeNull()
})
