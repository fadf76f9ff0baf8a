export interface Exposition {
  /** Of metrics, as Prometheus has them: a histogram is one. */
  names: string[]
  /** What an expression may name, each with its labels. */
  series: ReadonlyMap<string, readonly string[]>
}

/** Reads the text format of Prometheus. */
export function readExposition(text: string): Exposition {
  const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)]
  const series = new Map(types.map(([, name = '']): [string, string[]] => [name, []]))
  for (const [, name = '', labels = ''] of text.matchAll(/^([a-z]\w*)(?:\{(.*)\})? \S+$/gm)) {
    const found = [...labels.matchAll(/(\w+)="/g)].map(([, label = '']) => label)
    series.set(name, [...new Set([...(series.get(name) ?? []), ...found])])
  }
  return { names: types.map(([, name = '']) => name), series }
}
