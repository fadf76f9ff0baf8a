export interface Instruction {
  name: string
  value: string
}

/** The instructions of a Dockerfile, each in one line. */
export function readDockerfile(text: string): Instruction[] {
  const lines = text
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
  return lines.flatMap((line) => {
    const [, name = '', value = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? []
    return name === '' ? [] : [{ name, value }]
  })
}

/** Of the last stage, which becomes the image. */
export function lastStage(instructions: readonly Instruction[]): (name: string) => string[] {
  const start = instructions.findLastIndex(({ name }) => name === 'FROM')
  const stage = instructions.slice(start)
  return (name) => stage.filter((instruction) => instruction.name === name).map(({ value }) => value)
}
