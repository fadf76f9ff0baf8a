import { Injectable, NotFoundException } from '@nestjs/common'
import { InjectRepository } from '@nestjs/typeorm'
import { Repository } from 'typeorm'
import { CreateTask, PageQuery, UpdateTask } from './task.dto'
import { TaskEntity } from './task.entity'

@Injectable()
export class TasksService {
  constructor(@InjectRepository(TaskEntity) private readonly tasks: Repository<TaskEntity>) {}

  async create(userId: string, body: CreateTask) {
    const { title, description = null } = body
    return present(await this.tasks.save(this.tasks.create({ userId, title, description })))
  }

  async list(userId: string, { page, per_page }: PageQuery) {
    const [tasks, total] = await this.tasks.findAndCount({
      where: { userId, isDeleted: false },
      order: { createdAt: 'DESC', id: 'DESC' },
      skip: (page - 1) * per_page,
      take: per_page,
    })
    return { data: tasks.map(present), total, page, per_page, total_pages: Math.ceil(total / per_page) }
  }

  async get(userId: string, id: string) {
    return present(await this.find(userId, id))
  }

  async update(userId: string, id: string, changes: UpdateTask) {
    const task = await this.find(userId, id)
    return present(await this.tasks.save(Object.assign(task, changes)))
  }

  async delete(userId: string, id: string) {
    const { affected } = await this.tasks.update({ id, userId, isDeleted: false }, { isDeleted: true })
    if (affected === 0) throw new NotFoundException()
  }

  private async find(userId: string, id: string): Promise<TaskEntity> {
    const task = await this.tasks.findOneBy({ id, userId, isDeleted: false })
    if (task === null) throw new NotFoundException()
    return task
  }
}

function present({ id, title, description, completed, createdAt, updatedAt }: TaskEntity) {
  return { id, title, description, completed, created_at: createdAt, updated_at: updatedAt }
}
