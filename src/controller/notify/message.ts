/**
 * `notify/` tells people elsewhere what happened here: webhooks, Slack, commands. One message for one change, in order, tried
 * again a bounded number of times, over restarts of the daemon; nothing of it holds the controller up. Read `notifier.ts` next.
 *
 * This file: what a message says. Pure.
 */
import type { EventRecord, Topic } from '../../store/event-record.ts'

/** The JSON that goes out. `version` changes when a field changes its meaning; fields may be added. */
export interface Message {
  readonly version: 1
  /** The same for each attempt: whoever gets one twice can tell. */
  readonly id: string
  readonly event: Topic
  readonly host: string
  readonly repository: string
  readonly branch: string
  /** ISO 8601, UTC. */
  readonly at: string
  /** In English, one line. */
  readonly text: string
  readonly why?: string
  readonly who?: string
  readonly unit?: string
  readonly revision?: string
  readonly generation?: number
  readonly outcome?: string
  /** Whether a person should look. */
  readonly isBad: boolean
}

export interface Origin {
  readonly host: string
  readonly repository: string
  readonly branch: string
}

export const messageOf = (event: EventRecord, topic: Topic, origin: Origin): Message => ({
  version: 1,
  id: `${event.seq}-${Math.trunc(event.atMs)}`,
  event: topic,
  ...origin,
  at: new Date(event.atMs).toISOString(),
  text: sentence(event, topic),
  ...only('why', event.why),
  ...only('who', event.who),
  ...only('unit', event.unit),
  ...only('revision', event.revision),
  ...only('generation', event.generation),
  ...only('outcome', event.outcome),
  isBad: isBad(event, topic),
})

const sentence = ({ unit, text }: EventRecord, topic: Topic): string => {
  switch (topic) {
    case 'unit-failed':
      return `${unit} failed: ${text}`
    case 'unit-recovered':
      return `${unit} is no longer failed: ${text}`
    case 'source-trouble':
    case 'source-restored':
    case 'generation':
      return text
  }
}

const isBad = ({ outcome }: EventRecord, topic: Topic): boolean =>
  topic === 'unit-failed' || topic === 'source-trouble' || (topic === 'generation' && outcome !== 'Healthy')

const only = <K extends string, V>(key: K, value: V | undefined): { readonly [key in K]?: V } =>
  (value === undefined ? {} : { [key]: value }) as { readonly [key in K]?: V }

/** What an incoming webhook of Slack (and Mattermost, Rocket.Chat, …) takes. */
export const slackForm = ({
  isBad,
  host,
  text,
  why,
  who,
  unit,
  revision,
}: Message): { readonly text: string } => {
  const about = [
    ...(revision === undefined ? [] : [`commit ${revision.slice(0, 7)}`]),
    ...(who === undefined ? [] : [`by ${who}`]),
    ...(unit === undefined ? [] : [`unit ${unit}`]),
  ].join(', ')
  const lines = [`${isBad ? ':red_circle:' : ':large_green_circle:'} *${host}*: ${text}`, why, about]
  return {
    text: lines
      .filter((line) => line !== undefined && line !== '')
      .map((line) => escaped(line!))
      .join('\n'),
  }
}

/** Text of a commit must not become a link or a call to everybody. */
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
