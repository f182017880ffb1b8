/** GET /metrics: in Prometheus' text format, on the unix socket and, where asked for, on TCP. */
import type { Clock } from '../base/clock.ts'
import type { Controller } from '../controller/controller-port.ts'
import { metricsText } from './prometheus.ts'
import { readProcessFigures } from './prometheus-process.ts'
import { prometheusContentType } from './prometheus-text.ts'
import { TextAnswer } from './text-answer.ts'

export interface MetricsContext {
  readonly controller: Pick<Controller, 'status'>
  readonly clock: Pick<Clock, 'now'>
}

export const metricsAnswer = async ({ controller, clock }: MetricsContext): Promise<TextAnswer> =>
  new TextAnswer(
    prometheusContentType,
    metricsText(await controller.status({ withEdits: false }), readProcessFigures(clock.now())),
  )
