import { z } from 'zod'
import { message } from './message'

/** `sluice`: the event with all that is known of it. The others: a text, as Slack and Teams take it. */
export const webhookFormat = z.enum(['sluice', 'slack', 'teams'])
export type WebhookFormat = z.infer<typeof webhookFormat>

const destinationFields = z.object({ name: z.string().trim().min(1).max(80), format: webhookFormat })

/**
 * Where alerts go, as a person fills it in. `url`: not given, as it is. `key`: what is sent is signed with it; null: with none;
 * not given, as it is. Neither is ever told again.
 */
export const destinationAsked = destinationFields.extend({
  url: z.string().trim().min(1).max(4_096).optional(),
  key: z.string().min(16).max(256).nullable().optional(),
})
export type DestinationAsked = z.infer<typeof destinationAsked>

/** As it is kept, beside the secret that its address is. `origin`: of the address, without its path. */
export const destination = destinationFields.extend({
  id: z.string().min(1).max(64),
  origin: z.string(),
  isSigned: z.boolean(),
})
export type Destination = z.infer<typeof destination>

/** What came of the last time that something was sent there. `said`: in words. */
export const deliveryOutcome = z.object({
  atMs: z.number(),
  isDelivered: z.boolean(),
  isTest: z.boolean(),
  tries: z.int(),
  said: message,
})
export type DeliveryOutcome = z.infer<typeof deliveryOutcome>

/**
 * `isKnown`: its address is; one that was kept in memory is gone with the process. `isCommand`: it is a program that the owner of the machine
 * named, which nobody changes from here.
 */
export const destinationNow = destination.extend({
  isKnown: z.boolean(),
  isCommand: z.literal(true).optional(),
  last: deliveryOutcome.nullable(),
})
export type DestinationNow = z.infer<typeof destinationNow>
