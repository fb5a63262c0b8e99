import type { Message } from '../../../shared/model/message'

export interface WebhookRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** `isFinal`: trying again would give the same. */
export type WebhookReply =
  | { readonly kind: 'replied'; readonly status: number }
  | { readonly kind: 'failed'; readonly why: Message; readonly isFinal: boolean }

/** Sends once, to an address that may be sent to. Only a host has a way to do so. Never rejects. */
export type SendWebhook = (request: WebhookRequest, signal: AbortSignal) => Promise<WebhookReply>

/** Shows something on the desktop, whatever window is in front. Only a host may have a way to do so. */
export type Notify = (said: { readonly title: string; readonly body: string }) => void

/** `code`: 0 where all went well, by the custom of programs. */
export type CommandReply =
  { readonly kind: 'ended'; readonly code: number } | { readonly kind: 'failed'; readonly why: Message }

/** Programs that the owner of the machine named. Only a host has any; no page can name one. */
export interface AlertCommands {
  readonly names: readonly string[]
  /** With what is told on its standard input, to its end. Never rejects. */
  run(name: string, input: string, signal: AbortSignal): Promise<CommandReply>
}
