import { formatCount } from '../../../format/format-count'
import { formatDuration } from '../../../format/format-duration'

const withCode = (text: string, code: string): string => (code === '' ? text : `${text} (${code})`)

/** What the host says of alerts, and of what came of sending them. */
export const alertMessages = {
  'alert.too-many': ({ most }: { readonly most: number }) =>
    `There are ${formatCount(most)} of them, and no more can be`,
  'alert.delete-one': () => 'Delete one that nobody needs, or change one.',
  'alert.no-url': () => 'That is no address of a webhook',
  'alert.https-url': () =>
    'Give it as https://host/path; http only for an address that the owner of this Sluice allows.',
  'alert.url-needed': () => 'A webhook needs its address',
  'alert.delivered': ({ status }: { readonly status: number }) => `Delivered (HTTP ${status})`,
  'alert.refused': ({ status }: { readonly status: number }) =>
    `Refused with HTTP ${status}: not sent again. Look at the address, and at who may send there`,
  'alert.failing': ({ status }: { readonly status: number }) => `The other side failed with HTTP ${status}`,
  'alert.redirected': ({ status }: { readonly status: number }) =>
    `Answered with HTTP ${status}, which leads elsewhere and is not followed. Give the address that it leads to`,
  'alert.not-reached': ({ code }: { readonly code: string }) => withCode('It could not be reached, or hung up', code),
  'alert.no-tls': ({ code }: { readonly code: string }) =>
    withCode('Its certificate is not trusted, or it speaks no TLS', code),
  'alert.timed-out': ({ ms }: { readonly ms: number }) => `No answer within ${formatDuration(ms)}`,
  'alert.address-not-allowed': ({ host }: { readonly host: string }) =>
    `${host} is an address of this machine or of a private network, which the owner of this Sluice has to allow in alert-hooks.json`,
  'alert.plain-not-allowed': ({ host }: { readonly host: string }) =>
    `${host} is not among the addresses in alert-hooks.json: without TLS nothing is sent elsewhere`,
  'alert.address-unknown': () =>
    'Its address is not known any more: it was kept in memory only, or can’t be decrypted. Give it again',
  'alert.command-ran': () => 'Run, and ended well',
  'alert.command-code': ({ code }: { readonly code: number }) => `Run, and ended with code ${code}: not run again`,
  'alert.command-ended': ({ by }: { readonly by: string }) => `It was ended by ${by}`,
  'alert.command-late': ({ ms }: { readonly ms: number }) => `Still running after ${formatDuration(ms)}: it was ended`,
  'alert.command-not-run': ({ code }: { readonly code: string }) => withCode('It could not be run', code),
  'alert.owners': () => 'It is a program that the owner of this Sluice named',
  'alert.owners-file': () => 'It is changed in alert-hooks.json, which is read when Sluice starts.',
  'alert.queue-full': () => 'Too much waited to be sent: this was dropped',
  'alert.closed': () => 'Sluice was closed before it was delivered',
  'alert.no-way': () => 'This Sluice has no way to send it',
}
