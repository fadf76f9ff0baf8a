import { parser } from '@prometheus-io/lezer-promql'

export interface Selector {
  metric: string
  labels: string[]
}

export interface Expression {
  selectors: Selector[]
  /** Those that it groups by. */
  grouping: string[]
}

/** @throws {Error} where it is no PromQL. */
export function readExpression(text: string): Expression {
  const expression: Expression = { selectors: [], grouping: [] }
  parser.parse(text).iterate({
    enter({ name, type, from, to, node }) {
      if (type.isError) throw new Error(`No PromQL at "${text.slice(from)}": ${text}`)
      if (name === 'VectorSelector') expression.selectors.push({ metric: '', labels: [] })
      const word = text.slice(from, to)
      const selector = expression.selectors.at(-1)
      if (selector !== undefined && name === 'Identifier' && node.parent?.name === 'VectorSelector') {
        selector.metric = word
      }
      if (name !== 'LabelName') return
      if (node.parent?.name === 'GroupingLabels') expression.grouping.push(word)
      else selector?.labels.push(word)
    },
  })
  return expression
}
