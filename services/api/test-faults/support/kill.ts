import { onTestFinished } from 'vitest'
import { conclude, isLong } from './conclude.ts'
import { Crowd } from './crowd.ts'
import type { Home } from './home.ts'

const ROUNDS = Number(process.env.FAULTS_KILLS ?? (isLong ? 100 : 20))

/** Kills the service in the middle of answers, again and again, under users who remember every one. */
export async function killUnderLoad(fault: string, home: Home): Promise<void> {
  onTestFinished(home.remove)
  const crowd = await Crowd.gather({ mayBreak: true })
  let recoveredMilliseconds = 0
  let service = await home.start()
  for (let round = 0; round < ROUNDS; round += 1) {
    crowd.start(service.url)
    // Another number each time, so that it is killed at other moments.
    await crowd.answered(30 + ((round * 37) % 60))
    const killedAt = performance.now()
    crowd.pause()
    service.kill('SIGKILL')
    await service.exited
    service = await home.start()
    recoveredMilliseconds = Math.max(recoveredMilliseconds, performance.now() - killedAt)
  }
  crowd.start(service.url)
  await crowd.answered(100)
  await conclude(`${fault}, ${ROUNDS} times`, crowd, { recoveredMilliseconds })
}
