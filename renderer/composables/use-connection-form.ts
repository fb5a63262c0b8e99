import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import type { BetterWay, Connection } from '../../shared/model/connection'
import { serversTold, secretsElsewhere } from '../../shared/judgement/secret-destination'
import { errorData } from '../api/errors'
import { words } from '../../shared/words/words'
import { useConnections, type ConnectionDraft } from '../stores/connections'
import { endpointBy } from '../utils/better-way'
import { fieldOf, fieldsToBlame } from '../utils/connection-faults'
import {
  checkForm,
  fillForm,
  formBy,
  formOf,
  profileOf,
  secretsOf,
  type ConnectionFormState,
  type FieldErrors,
} from '../utils/connection-form'
import { sentence } from '../../shared/words/messages'
import type { FormSubject } from './use-overlays'
import { useConnectionTrial, type Trial } from './use-connection-trial'
import type { KnownSecrets } from './use-secrets-kept'

interface ConnectionForm {
  readonly form: ShallowRef<ConnectionFormState>
  /** The secrets that it has without their being typed. */
  readonly known: ComputedRef<KnownSecrets>
  /** Shown once something was tried with the form. */
  readonly errors: ComputedRef<FieldErrors>
  /** Counts the tries. */
  readonly tried: Readonly<ShallowRef<number>>
  readonly url: ShallowRef<string>
  readonly urlError: ShallowRef<string | null>
  readonly busy: ShallowRef<'url' | 'test' | 'save' | null>
  /** Why what was tried could not be done. */
  readonly outcome: ShallowRef<{ readonly error: unknown } | null>
  readonly trial: Readonly<ShallowRef<Trial | null>>
  set(changes: Partial<ConnectionFormState>): void
  /** Null where that can't be told from here. */
  takeWay(way: BetterWay): (() => void) | null
  readUrl(): Promise<void>
  /** Step by step. */
  test(): Promise<void>
  stopTest(): void
  /** Null when something has to be put right first. `tested`: only what can be reached is kept. */
  save(how: { readonly tested: boolean }): Promise<Connection | null>
}

/** The state of one connection form: what is typed, what is wrong with it, and what came of a test. */
export function useConnectionForm(subject: FormSubject): ConnectionForm {
  const connections = useConnections()
  const origin = subject.kind === 'new' ? null : subject.connection
  const hasSecrets = subject.kind === 'edit' || (subject.kind === 'copy' && subject.connection.givenBy === null)
  const form = shallowRef(beginForm(subject))
  const known = computed<KnownSecrets>(() => {
    if (origin === null || !hasSecrets) return { stay: [], elsewhere: [] }
    const status = connections.statuses.get(origin.id)
    const goes = secretsElsewhere(origin, profileOf(form.value), status ? serversTold(status) : [])
    const elsewhere = origin.secrets.filter((purpose) => goes.includes(purpose))
    return { stay: origin.secrets.filter((purpose) => !elsewhere.includes(purpose)), elsewhere }
  })
  const shown = profileOf(formOf(origin))
  const tried = shallowRef(0)
  const refused = shallowRef<FieldErrors>({})
  const url = shallowRef('')
  const urlError = shallowRef<string | null>(null)
  const busy = shallowRef<'url' | 'test' | 'save' | null>(null)
  const outcome = shallowRef<ConnectionForm['outcome']['value']>(null)
  const { trial, run, stop, clear } = useConnectionTrial()
  const errors = computed<FieldErrors>(() => (tried.value > 0 ? { ...refused.value, ...checkForm(form.value) } : {}))

  function set(changes: Partial<ConnectionFormState>): void {
    form.value = { ...form.value, ...changes }
    refused.value = {}
    outcome.value = null
    clear()
  }

  function draft(): ConnectionDraft {
    return {
      ...(subject.kind === 'edit' ? { id: subject.connection.id, shown } : {}),
      ...(subject.kind === 'copy' && hasSecrets ? { secretsOf: subject.connection.id } : {}),
      profile: profileOf(form.value),
      // What is known goes nowhere but where it was given for: not typed again, there is none.
      secrets: { ...Object.fromEntries(known.value.elsewhere.map((each) => [each, null])), ...secretsOf(form.value) },
    }
  }

  async function attempt<T>(what: 'test' | 'save', send: () => Promise<T>): Promise<T | null> {
    tried.value += 1
    outcome.value = null
    clear()
    if (Object.keys(checkForm(form.value)).length > 0) return null
    busy.value = what
    try {
      return await send()
    } catch (error) {
      const bad = errorData(error, 'BAD_INPUT')
      const field = bad ? fieldOf(bad.field) : null
      if (bad && field) refused.value = { [field]: sentence(bad.remedy) }
      else {
        refused.value = blame(error)
        outcome.value = { error }
      }
      return null
    } finally {
      busy.value = null
    }
  }

  function blame(error: unknown): FieldErrors {
    const unreachable = errorData(error, 'UNREACHABLE')
    if (!unreachable) return {}
    return fieldsToBlame(form.value, unreachable)
  }

  return {
    form,
    known,
    errors,
    tried,
    url,
    urlError,
    busy,
    outcome,
    trial,
    stopTest: stop,
    set,
    takeWay(way) {
      const endpoint = endpointBy(way, profileOf(form.value))
      return endpoint && (() => set(formBy(form.value, endpoint)))
    },
    async readUrl() {
      if (url.value.trim() === '') return
      busy.value = 'url'
      urlError.value = null
      try {
        const { profile, password } = await connections.parseUrl(url.value.trim())
        const { name, color, environment, readOnly } = form.value
        // A URL tells where, not what it is called or how careful to be.
        const kept = { color, environment, readOnly, name: name.trim() === '' ? profile.name : name }
        set({ ...fillForm(form.value, { ...profile, ...kept }), password: password ?? form.value.password })
        url.value = ''
      } catch (error) {
        const bad = errorData(error, 'BAD_INPUT')
        urlError.value = bad ? sentence(bad.remedy) : words.connectionForm.notRedisUrl
      } finally {
        busy.value = null
      }
    },
    async test() {
      const ended = await attempt('test', () => run((signal) => connections.testSteps(draft(), signal)))
      if (ended === null || ended.result !== null || ended.state === 'stopped') return
      const failed = ended.steps.findLast(({ state }) => state === 'failed')
      if (failed) refused.value = blame(failed.error)
    },
    save: ({ tested }) =>
      attempt('save', async () => {
        if (tested) await connections.test(draft())
        return connections.save(draft())
      }),
  }
}

function beginForm(subject: FormSubject): ConnectionFormState {
  if (subject.kind === 'new') return formOf(null)
  const { connection, endpoint } = subject
  const name = (subject.kind === 'copy' ? subject.name : undefined) ?? connection.name
  const form = formOf({ ...connection, name })
  return endpoint ? formBy(form, endpoint) : form
}
